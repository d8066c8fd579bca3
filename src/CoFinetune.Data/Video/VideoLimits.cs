using System.Text.RegularExpressions;

namespace CoFinetune.Data.Video;

/// <summary>What files from elsewhere may make a decoder do, and how the failure of one is told.</summary>
internal static partial class VideoLimits
{
    /// <summary>The containers that are opened; playlists and the like, which name further files, are not among them.</summary>
    public const string Containers = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mjpeg,gif";

    /// <summary>Largest picture, in pixels: 8K video.</summary>
    public const long Pixels = 8192 * 4320;

    /// <summary>Longest image file, in bytes: more than the largest picture needs.</summary>
    public const int ImageBytes = 300 << 20;

    /// <summary>What is said of an image that cannot be decoded, or only with a complaint.</summary>
    public const string DamagedImage = "is damaged or cut off";

    /// <summary>Frames that may lack a picture of their own without the file counting as damaged.</summary>
    /// <remarks>Packets without a picture occur in sound files: hidden references (VP8), placeholders (packed B-frames in avi), pictures before
    /// the first keyframe of a cut stream. They are few, and FFmpeg does not complain. Anything more, or any complaint, is damage.</remarks>
    public static int MissingFrames(int frameCount) => Math.Max(2, frameCount / 50);

    /// <summary>The failure of a file, with FFmpeg's own words.</summary>
    public static DataException Broken(string path, IReadOnlyList<string> complaints, string problem) => new(
        path, 0, complaints.Count == 0 ? problem : $"{problem}: {Address().Replace(string.Join("; ", complaints), "")}",
        "re-encode the file, fetch it again, or take it off the list");

    /// <summary>The failure of an image as that of its folder, with the image's name.</summary>
    public static DataException OfImage(string folder, DataException cause) =>
        cause.File == folder ? cause : new(folder, 0, $"{Path.GetFileName(cause.File)} {cause.Problem}", cause.Hint, cause);

    /// <summary>The failure of a file that took too long.</summary>
    public static DataException TooLong(string path, string who, TimeSpan limit, Exception? cause = null) => new(
        path, 0, $"{who} needed more than {limit.TotalSeconds:0.###} s and was stopped", "is the file damaged, or the disk slow?", cause);

    /// <summary>Refuses what is no file with something in it; a pipe, above all, would be waited for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it should be.</param>
    /// <exception cref="DataException">It is none.</exception>
    public static void RequireFile(string path, string what = "video")
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null) file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        if (!file.Exists) throw new DataException(path, 0, Directory.Exists(path) ? $"is a folder, no {what} file" : $"no such {what} file");
        if (file.Length == 0) throw new DataException(path, 0, "is empty, or no regular file");
    }

    [GeneratedRegex(" @ 0x[0-9a-f]+")]
    private static partial Regex Address();
}
