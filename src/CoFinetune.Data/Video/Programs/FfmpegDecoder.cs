using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CoFinetune.Data.Video.Programs;

/// <summary>Decodes by running the <c>ffmpeg</c> and <c>ffprobe</c> programs (4.3 or newer), one process per call.</summary>
/// <remarks>
/// Frame indices are exact: a call seeks to the instant halfway before its first frame and ends halfway after its last one. In containers
/// that cannot be sought (avi, transport streams) it decodes from the start of the file and counts.
/// A process of its own keeps hostile files away from ours; it may read local files of the usual video containers only.
/// Starting it costs about 80 ms of CPU, so frames that are wanted again belong in a cache.
/// </remarks>
public sealed partial class FfmpegDecoder : IVideoDecoder
{
    private readonly ProbeCache<VideoStream> _files;
    private readonly ProbeCache<ProbedFolder> _folders = new(ProbedFolder.Open);
    private readonly ProbeCache<IReadOnlyList<string>> _passthrough;

    /// <summary>A decoder that uses the programs on PATH.</summary>
    public FfmpegDecoder() => (_files, _passthrough) = (new(ReadStream), new(FindPassthrough));

    /// <summary>Name or path of the ffmpeg program.</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary>Name or path of the ffprobe program.</summary>
    public string Ffprobe { get; init; } = "ffprobe";

    /// <summary>Longest time of one call; a process that needs more is killed.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest picture, in pixels: 8K video.</summary>
    public long MaxPixels { get; init; } = VideoLimits.Pixels;

    /// <inheritdoc/>
    public string Description => $"the program {Ffmpeg}: {Run(Ffmpeg, Ffmpeg, ["-version"], ReadAll, CancellationToken.None).Output.Split('\n')[0].Split(" Copyright")[0]}";

    /// <inheritdoc/>
    public VideoInfo Probe(string path, CancellationToken stop) => Directory.Exists(path) ? _folders.Of(path, stop).Info : _files.Of(path, stop).Info;

    /// <inheritdoc/>
    public FrameBlock Decode(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop)
    {
        if (Directory.Exists(path)) return DecodeImages(_folders.Of(path, stop), frames, height, width, stop);
        var stream = _files.Of(path, stop);
        FrameBlock.CheckOrder(frames, stream.Info.FrameCount);
        var pixels = GC.AllocateUninitializedArray<byte>(checked(frames.Count * height * width * 3));
        var run = Run(path, [.. Input(stream, path, frames), .. Output(Filter(stream, frames), frames.Count, height, width, stop)], pixels, stop);
        var got = run.Output / (height * width * 3);
        if (run.ExitCode != 0) throw VideoLimits.Broken(path, run.Errors, $"ffmpeg failed with code {run.ExitCode}");
        if (got < frames.Count) CheckMissing(path, stream.Info.FrameCount, frames, got, run.Errors);
        return new FrameBlock(pixels, got, height, width);
    }

    /// <summary>Runs ffmpeg over every picture of a file or folder, each at its time.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="frameRate">Frames per second of a folder; null takes the standard rate.</param>
    /// <param name="output">What to make of them: ffmpeg's arguments after the input.</param>
    /// <param name="limit">Longest time.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <exception cref="DataException">The file cannot be decoded, or the output not be written.</exception>
    internal void Transcode(string path, double? frameRate, IEnumerable<string> output, TimeSpan limit, CancellationToken stop)
    {
        var images = Directory.Exists(path);
        string[] arguments = ["-nostdin", "-v", "error", "-y", "-threads", "1", .. InputOf(path, frameRate ?? FrameFolder.StandardRate, stop), "-map", "0:V:0", .. PassthroughOf(stop), .. output];
        var run = ProgramRun.Of(Ffmpeg, arguments, ReadAll, limit, stop);
        if (images && run.Errors.Count > 0) throw VideoLimits.Broken(path, run.Errors, "an image is damaged or cut off");
        if (run.ExitCode != 0) throw VideoLimits.Broken(path, run.Errors, $"ffmpeg failed with code {run.ExitCode}");
    }

    /// <summary>ffmpeg's arguments for a file or folder as input, with the limits that files from elsewhere need.</summary>
    internal string[] InputOf(string path, double folderRate, CancellationToken stop) =>
        [.. PixelLimit, .. Directory.Exists(path) ? ImageInput.From(_folders.Of(path, stop).Folder, 0, folderRate) : [.. FileLimits, "-i", Url(path)]];

    /// <summary>ffmpeg's option that keeps every frame exactly once.</summary>
    internal IReadOnlyList<string> PassthroughOf(CancellationToken stop) => _passthrough.Of(Ffmpeg, stop);

    /// <summary>Time of each frame in seconds from the first one, where a file says it and frames are not evenly spaced; null otherwise.</summary>
    internal IReadOnlyList<double>? TimesOf(string path, CancellationToken stop) => Directory.Exists(path) ? null : _files.Of(path, stop).Times;

    // Packets that hold no picture of their own occur in sound files: hidden references (VP8), placeholders (packed B-frames in avi), pictures
    // before the first keyframe of a cut stream. They are few and ffmpeg does not complain. Anything more, or any complaint, is damage.
    private static void CheckMissing(string path, int frameCount, IReadOnlyList<int> frames, int got, IReadOnlyList<string> errors)
    {
        if (errors.Count == 0 && frames.Count - got <= VideoLimits.MissingFrames(frameCount) && frames[0] + got > 0) return;
        throw VideoLimits.Broken(
            path, errors, $"only {got} of the {frames.Count} frames from {frames[0]} to {frames[^1]} can be decoded; the file announces {frameCount}");
    }

    // A run that complains is repeated in halves, down to the image that is damaged: one beside those wanted does not count.
    private FrameBlock DecodeImages(ProbedFolder folder, IReadOnlyList<int> frames, int height, int width, CancellationToken stop)
    {
        FrameBlock.CheckOrder(frames, folder.Info.FrameCount);
        var pixels = GC.AllocateUninitializedArray<byte>(checked(frames.Count * height * width * 3));
        try
        {
            foreach (var image in folder.PathsOf(frames)) ImageHeader.Read(image);
            Fill(frames, pixels);
        }
        catch (DataException cause)
        {
            throw VideoLimits.OfImage(folder.Folder.Path, cause);
        }
        return new FrameBlock(pixels, frames.Count, height, width);

        void Fill(IReadOnlyList<int> wanted, Memory<byte> to)
        {
            var (first, single) = (wanted[0], wanted.Count == 1);
            var input = single ? ImageInput.Only(folder.Folder, first) : ImageInput.From(folder.Folder, first, 1);
            var output = Output(single ? "" : ImageInput.Filter(wanted), wanted.Count, height, width, stop);
            var run = Run(folder.Folder.Path, [.. PixelLimit, .. input, .. output], to, stop);
            if (run is { ExitCode: 0, Errors: [] } && run.Output == to.Length) return;
            if (single) throw VideoLimits.Broken(folder.Folder.PathOf(first), run.Errors, VideoLimits.DamagedImage);
            var (half, bytes) = (wanted.Count / 2, wanted.Count / 2 * height * width * 3);
            Fill([.. wanted.Take(half)], to[..bytes]);
            Fill([.. wanted.Skip(half)], to[bytes..]);
        }
    }

    private List<string> Input(VideoStream stream, string path, IReadOnlyList<int> frames)
    {
        var (start, end) = (frames[0], frames[^1] + 1);
        List<string> arguments = [.. PixelLimit, .. FileLimits];
        if (stream.Seekable)
        {
            var from = start == 0 ? 0 : stream.Before(start);
            if (start > 0) arguments.AddRange(["-ss", Seconds(from)]);
            if (end < stream.Info.FrameCount) arguments.AddRange(["-t", Seconds(stream.Before(end) - from)]);
        }
        return [.. arguments, "-i", Url(path)];
    }

    private static string Filter(VideoStream stream, IReadOnlyList<int> frames)
    {
        var (start, end) = (frames[0], frames[^1] + 1);
        var counted = stream.Seekable ? "" : $"trim=start_frame={start}:end_frame={end},";
        return frames.Count == end - start ? counted : $"{counted}select='{string.Join('+', frames.Select(frame => $"eq(n,{frame - start})"))}',";
    }

    private string[] Output(string filter, int count, int height, int width, CancellationToken stop) =>
        ["-map", "0:V:0", "-frames:v", $"{count}", .. _passthrough.Of(Ffmpeg, stop), "-vf", $"{filter}scale={width}:{height}:flags=bilinear", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"];

    private string[] PixelLimit => ["-max_pixels", $"{MaxPixels}"];

    private static string[] FileLimits => ["-protocol_whitelist", "file", "-format_whitelist", VideoLimits.Containers];

    private VideoStream ReadStream(string path, CancellationToken stop)
    {
        if (!File.Exists(path)) throw new DataException(path, 0, "no such video file");
        string[] arguments = ["-v", "error", .. PixelLimit, .. FileLimits, "-select_streams", "V:0", "-show_entries", VideoStream.Entries, "-of", "json=c=1", Url(path)];
        var run = Run(Ffprobe, path, arguments, ReadAll, stop);
        if (run.ExitCode != 0) throw VideoLimits.Broken(path, run.Errors, "ffprobe cannot read it");
        var stream = Parse(path, run) ?? throw VideoLimits.Broken(path, run.Errors, "holds no video");
        var (width, height) = (stream.Info.Width, stream.Info.Height);
        if (width <= 0 || height <= 0 || (long)width * height > MaxPixels)
            throw VideoLimits.Broken(path, run.Errors, $"a picture of {width} x {height} is not of 1 to {MaxPixels} pixels");
        var frames = stream.Info.FrameCount;
        if (stream.Missing > VideoLimits.MissingFrames(frames)) throw VideoLimits.Broken(path, run.Errors, $"ends after {frames} of its {frames + stream.Missing} frames");
        return stream;
    }

    // A broken file may make ffprobe leave out what every other file has, or write numbers that are none.
    private static VideoStream? Parse(string path, ProgramRun<string> run)
    {
        try
        {
            using var json = JsonDocument.Parse(run.Output);
            return VideoStream.Parse(json.RootElement);
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or FormatException or OverflowException or InvalidOperationException)
        {
            throw VideoLimits.Broken(path, run.Errors, $"ffprobe's description makes no sense: {cause.Message}");
        }
    }

    private ProgramRun<int> Run(string path, IEnumerable<string> arguments, Memory<byte> pixels, CancellationToken stop) => Run(
        Ffmpeg, path, ["-nostdin", "-v", "error", "-threads", "1", .. arguments], output => output.ReadAtLeast(pixels.Span, pixels.Length, throwOnEndOfStream: false), stop);

    private ProgramRun<T> Run<T>(string program, string path, IEnumerable<string> arguments, Func<Stream, T> read, CancellationToken stop)
    {
        try
        {
            return ProgramRun.Of(program, arguments, read, TimeLimit, stop);
        }
        catch (TimeoutException timeout)
        {
            throw VideoLimits.TooLong(path, Path.GetFileName(program), TimeLimit, timeout);
        }
    }

    private IReadOnlyList<string> FindPassthrough(string program, CancellationToken stop) =>
        [FrameRateOption(Run(program, program, ["-version"], ReadAll, stop).Output), "passthrough"];

    /// <summary>The option that says whether frames are kept exactly once; ffmpeg 5.1 renamed it, and the old name is gone from 9.</summary>
    /// <param name="version">What the program answers to <c>-version</c>.</param>
    internal static string FrameRateOption(string version) =>
        VersionPattern().Match(version) is { Success: true } match && Version.Parse(match.Groups[1].Value) < new Version(5, 1) ? "-vsync" : "-fps_mode";

    private static string ReadAll(Stream output)
    {
        using var reader = new StreamReader(output);
        return reader.ReadToEnd();
    }

    // "file:" keeps names with a leading dash or a colon from being read as options or protocols.
    private static string Url(string path) => "file:" + path;

    private static string Seconds(double time) => time.ToString("0.000000", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"version n?(\d+\.\d+)")]
    private static partial Regex VersionPattern();
}
