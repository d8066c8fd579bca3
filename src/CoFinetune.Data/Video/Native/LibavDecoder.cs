namespace CoFinetune.Data.Video.Native;

/// <summary>Decodes in this process, with the FFmpeg libraries (4.3 to 9) that the machine has.</summary>
/// <remarks>
/// Frame indices are exact: they count a file's frames in the order in which they are shown, and a frame is recognised by its own time.
/// Only mp4 and Matroska/WebM can be sought that way; in all other containers (avi, transport streams, flv, asf, ogg, ...) frames are counted
/// from the start of the file, which costs time late in a long one.
/// A defect of a decoder would end this process: files of unknown origin belong into workers (<see cref="DecoderKind.Isolated"/>).
/// </remarks>
public sealed unsafe class LibavDecoder : IVideoDecoder
{
    private readonly ProbeCache<FrameIndex> _files;
    private readonly ProbeCache<ProbedFolder> _folders = new(ProbedFolder.Open);

    /// <summary>A decoder that uses the newest libraries of the machine.</summary>
    /// <exception cref="DataException">There are none that can be used.</exception>
    public LibavDecoder()
    {
        _files = new((path, stop) => FrameScan.Of(path, Limit(path, stop)));
        try
        {
            _ = LibavLibraries.Newest;
        }
        catch (LibavMissingException missing)
        {
            throw new DataException("ffmpeg", 0, missing.Message, "apt-get install ffmpeg, or data.decoder=ffmpeg", missing);
        }
    }

    /// <summary>Longest time of one call, looked at between two packets, as is whether to give up.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Description => $"FFmpeg {LibavLibraries.Newest.Version} in the process";

    /// <inheritdoc/>
    public VideoInfo Probe(string path, CancellationToken stop) => Directory.Exists(path) ? _folders.Of(path, stop).Info : _files.Of(path, stop).Info;

    /// <inheritdoc/>
    public FrameBlock Decode(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop)
    {
        var limit = Limit(path, stop);
        var folder = Directory.Exists(path) ? _folders.Of(path, stop) : null;
        var index = folder is null ? _files.Of(path, stop) : null;
        FrameBlock.CheckOrder(frames, (folder?.Info ?? index!.Info).FrameCount);
        var pixels = GC.AllocateUninitializedArray<byte>(checked(frames.Count * height * width * 3) + FrameScaler.Slack);
        fixed (byte* to = pixels)
        {
            if (folder is not null) ImageExtractor.Run(path, folder.PathsOf(frames), height, width, to, limit);
            else FrameExtractor.Run(path, index!, frames, height, width, to, limit);
        }
        return new(pixels, frames.Count, height, width);
    }

    private Action Limit(string path, CancellationToken stop)
    {
        var until = Environment.TickCount64 + (long)TimeLimit.TotalMilliseconds;
        return () =>
        {
            stop.ThrowIfCancellationRequested();
            if (Environment.TickCount64 > until) throw VideoLimits.TooLong(path, "decoding it", TimeLimit);
        };
    }
}
