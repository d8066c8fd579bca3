namespace CoFinetune.Data.Video;

/// <summary>A folder of images, with the size of its first one.</summary>
/// <param name="Folder">The images.</param>
/// <param name="Info">Size, number and standard rate.</param>
internal sealed record ProbedFolder(FrameFolder Folder, VideoInfo Info)
{
    /// <summary>Lists a folder and looks into its first image.</summary>
    /// <exception cref="DataException">It is no folder of numbered images, or its first one is none.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public static ProbedFolder Open(string path, CancellationToken stop)
    {
        try
        {
            var folder = FrameFolder.Open(path);
            stop.ThrowIfCancellationRequested();
            var first = ImageHeader.Read(folder.PathOf(0));
            return new(folder, new VideoInfo(first.Width, first.Height, FrameFolder.StandardRate, folder.Count));
        }
        catch (DataException cause)
        {
            throw VideoLimits.OfImage(path, cause);
        }
    }

    /// <summary>The images of some frames.</summary>
    public string[] PathsOf(IReadOnlyList<int> frames) => [.. frames.Select(Folder.PathOf)];
}
