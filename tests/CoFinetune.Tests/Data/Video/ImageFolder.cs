namespace CoFinetune.Tests.Data.Video;

/// <summary>Folders of numbered images, made of numbered videos.</summary>
internal static class ImageFolder
{
    /// <summary>Writes the frames of a new video as images.</summary>
    /// <param name="folder">The folder above.</param>
    /// <param name="name">The folder's name.</param>
    /// <param name="pattern">The images' names, as ffmpeg writes them.</param>
    /// <param name="frames">How many.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="options">How they are coded.</param>
    public static string Write(string folder, string name, string pattern, int frames, int first, params string[] options)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(path);
        var video = NumberedVideo.Write(folder, $"{Guid.NewGuid()}.mkv", frames);
        NumberedVideo.Convert(video, Path.Combine(path.Replace("%", "%%", StringComparison.Ordinal), pattern), ["-start_number", $"{first}", .. options]);
        File.Delete(video);
        return path;
    }
}
