using System.Globalization;

namespace CoFinetune.Data.Video.Programs;

/// <summary>How the <c>ffmpeg</c> program is told to read the images of a folder, and nothing else.</summary>
internal static class ImageInput
{
    /// <summary>Arguments that make an input of the images from one on.</summary>
    /// <param name="folder">The images.</param>
    /// <param name="first">Frame index of the first.</param>
    /// <param name="rate">Images per second.</param>
    /// <exception cref="DataException">The first is missing, or no JPEG or PNG.</exception>
    public static string[] From(FrameFolder folder, int first, double rate)
    {
        var pattern = $"{Escaped(folder.Path)}/{Escaped(folder.Prefix)}%0{folder.Digits}d{folder.Extension}";
        return Arguments(folder, first, rate, "sequence", pattern, "-start_number", $"{folder.First + first}");
    }

    /// <summary>Arguments that make an input of a single image.</summary>
    /// <inheritdoc cref="From"/>
    public static string[] Only(FrameFolder folder, int first) => Arguments(folder, first, 1, "none", folder.PathOf(first));

    /// <summary>A filter, with a comma behind it, that leaves some frames of an input of one image a second that begins with the first of them.</summary>
    /// <remarks>It goes by time: ffmpeg counts anew from an image of another size on.</remarks>
    /// <param name="frames">Frame indices, ascending.</param>
    public static string Filter(IReadOnlyList<int> frames) => $"select='{string.Join('+', frames.Select(frame => $"eq(pts,{frame - frames[0]})"))}',";

    private static string[] Arguments(FrameFolder folder, int first, double rate, string pattern, string path, params string[] options) =>
    [
        "-protocol_whitelist", "file", "-format_whitelist", "image2", "-f", "image2", "-pattern_type", pattern,
        "-framerate", rate.ToString("0.######", CultureInfo.InvariantCulture), .. options, "-c:v", Codec(folder, first), "-i", "file:" + path,
    ];

    // What the name says may be wrong.
    private static string Codec(FrameFolder folder, int frame) => ImageHeader.Read(folder.PathOf(frame)).Kind switch
    {
        ImageKind.Jpeg => "mjpeg",
        ImageKind.Png => "png",
    };

    private static string Escaped(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
