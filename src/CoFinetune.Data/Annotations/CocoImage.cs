using System.Globalization;
using System.Text.Json;

namespace CoFinetune.Data.Annotations;

/// <summary>An entry of <c>images</c> in a COCO file.</summary>
/// <param name="Video">The movie's id.</param>
/// <param name="Timestamp">The keyframe's second, as written.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
internal sealed record CocoImage(string Video, string Timestamp, double Width, double Height)
{
    /// <summary>The images by id.</summary>
    /// <exception cref="DataException">The file is broken, or an id occurs twice.</exception>
    public static Dictionary<string, CocoImage> ReadAll(string path, ReadOnlySpan<byte> text)
    {
        var images = new Dictionary<string, CocoImage>(StringComparer.Ordinal);
        var cursor = new JsonCursor(path, text);
        cursor.Next();
        cursor.RequireObject("the file");
        while (cursor.Key() is { } key)
        {
            if (key != "images")
            {
                cursor.Skip();
                continue;
            }
            cursor.RequireArray("images");
            while (cursor.Item())
            {
                var (id, image) = Read(ref cursor);
                if (!images.TryAdd(id, image)) throw cursor.Error($"image {id} occurs twice");
            }
        }
        cursor.End();
        return images.Count > 0 ? images : throw new DataException(path, 0, "has no images");
    }

    /// <summary>An image's id: a number or a text.</summary>
    public static string Id(ref JsonCursor cursor) =>
        cursor.Token == JsonTokenType.Number ? cursor.Whole("the image's id").ToString(CultureInfo.InvariantCulture) : cursor.Text("the image's id");

    private static (string Id, CocoImage Image) Read(ref JsonCursor cursor)
    {
        string? id = null, video = null, timestamp = null, name = null;
        double width = 0, height = 0;
        cursor.RequireObject("an image");
        while (cursor.Key() is { } key)
        {
            switch (key)
            {
                case "id": id = Id(ref cursor); break;
                case "movie": video = cursor.Text("movie"); break;
                case "timestamp": timestamp = cursor.Token == JsonTokenType.Number ? cursor.Number("timestamp").ToString(CultureInfo.InvariantCulture) : cursor.Text("timestamp"); break;
                case "file_name": name = cursor.Text("file_name"); break;
                case "img_path": name ??= cursor.Text("img_path"); break;
                case "width": width = cursor.Number("width"); break;
                case "height": height = cursor.Number("height"); break;
                default: cursor.Skip(); break;
            }
        }
        if (id is null) throw cursor.Error("the image has no id");
        if (!(width >= 1 && height >= 1)) throw cursor.Error($"image {id} has no width and height");
        if ((video is null || timestamp is null) && name is not null) (video, timestamp) = Keyframe(name);
        return video is { Length: > 0 } && timestamp is not null && IsTime(timestamp)
            ? (id, new CocoImage(video, timestamp, width, height))
            : throw cursor.Error($"image {id} names no keyframe", "give it movie and timestamp, or a file_name of the form video/0902.jpg");
    }

    /// <summary><c>video/0902.jpg</c>, <c>video,0902</c>.</summary>
    private static (string? Video, string? Timestamp) Keyframe(string name)
    {
        var cut = name.LastIndexOfAny(['/', ',']);
        if (cut <= 0) return (null, null);
        var stem = name[(cut + 1)..];
        var extension = stem.LastIndexOf('.');
        if (extension > 0 && stem[(extension + 1)..].Any(char.IsLetter)) stem = stem[..extension];
        return (name[..cut][(name[..cut].LastIndexOf('/') + 1)..], stem);
    }

    private static bool IsTime(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= Annotations.Keyframe.MaxSeconds;
}
