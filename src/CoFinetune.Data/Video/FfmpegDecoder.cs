using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CoFinetune.Data.Video;

/// <summary>Decodes by running the <c>ffmpeg</c> and <c>ffprobe</c> programs (4.3 or newer), one process per call.</summary>
/// <remarks>
/// Frame indices are exact: a call seeks to the instant halfway before its first frame and ends halfway after its last one. In containers
/// that cannot be sought (avi, transport streams) it decodes from the start of the file and counts.
/// A process of its own keeps hostile files away from ours; it may read local files of the usual video containers only.
/// Starting it costs about 80 ms of CPU, so frames that are wanted again belong in a cache.
/// </remarks>
public sealed partial class FfmpegDecoder : IVideoDecoder
{
    private readonly ConcurrentDictionary<string, Lazy<VideoStream>> _streams = new();
    private readonly Lazy<IReadOnlyList<string>> _passthrough;

    /// <summary>A decoder that uses the programs on PATH.</summary>
    public FfmpegDecoder() => _passthrough = new(FindPassthrough);

    /// <summary>Name or path of the ffmpeg program.</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary>Name or path of the ffprobe program.</summary>
    public string Ffprobe { get; init; } = "ffprobe";

    /// <summary>Longest time of one call; a process that needs more is killed.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest picture, in pixels: 8K video.</summary>
    public long MaxPixels { get; init; } = VideoLimits.Pixels;

    /// <inheritdoc/>
    public VideoInfo Probe(string path) => Stream(path).Info;

    /// <inheritdoc/>
    public FrameBlock Decode(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop)
    {
        var stream = Stream(path);
        FrameBlock.CheckOrder(frames, stream.Info.FrameCount);
        var frameBytes = height * width * 3;
        var pixels = GC.AllocateUninitializedArray<byte>(checked(frames.Count * frameBytes));
        var run = Run(
            Ffmpeg, path, Arguments(stream, path, frames, height, width),
            output => output.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false), stop);
        var got = run.Output / frameBytes;
        if (run.ExitCode != 0) throw VideoLimits.Broken(path, run.Errors, $"ffmpeg failed with code {run.ExitCode}");
        if (got < frames.Count) CheckMissing(path, stream.Info.FrameCount, frames, got, run.Errors);
        return new FrameBlock(pixels, got, height, width);
    }

    /// <summary>Runs ffmpeg over every picture of a file, each at its time.</summary>
    /// <param name="path">The file.</param>
    /// <param name="output">What to make of them: ffmpeg's arguments after the input.</param>
    /// <param name="limit">Longest time.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <exception cref="DataException">The file cannot be decoded, or the output not be written.</exception>
    internal void Transcode(string path, IEnumerable<string> output, TimeSpan limit, CancellationToken stop)
    {
        string[] arguments = ["-nostdin", "-v", "error", "-y", "-threads", "1", .. Limits, "-i", Url(path), "-map", "0:V:0", .. _passthrough.Value, .. output];
        var run = ProgramRun.Of(Ffmpeg, arguments, ReadAll, limit, stop);
        if (run.ExitCode != 0) throw VideoLimits.Broken(path, run.Errors, $"ffmpeg failed with code {run.ExitCode}");
    }

    // Packets that hold no picture of their own occur in sound files: hidden references (VP8), placeholders (packed B-frames in avi), pictures
    // before the first keyframe of a cut stream. They are few and ffmpeg does not complain. Anything more, or any complaint, is damage.
    private static void CheckMissing(string path, int frameCount, IReadOnlyList<int> frames, int got, IReadOnlyList<string> errors)
    {
        if (errors.Count == 0 && frames.Count - got <= VideoLimits.MissingFrames(frameCount) && frames[0] + got > 0) return;
        throw VideoLimits.Broken(
            path, errors, $"only {got} of the {frames.Count} frames from {frames[0]} to {frames[^1]} can be decoded; the file announces {frameCount}");
    }

    private List<string> Arguments(VideoStream stream, string path, IReadOnlyList<int> frames, int height, int width)
    {
        var (start, end) = (frames[0], frames[^1] + 1);
        List<string> arguments = ["-nostdin", "-v", "error", "-threads", "1", .. Limits];
        if (stream.Seekable)
        {
            var from = start == 0 ? 0 : stream.Before(start);
            if (start > 0) arguments.AddRange(["-ss", Seconds(from)]);
            if (end < stream.Info.FrameCount) arguments.AddRange(["-t", Seconds(stream.Before(end) - from)]);
        }
        var counted = stream.Seekable ? "" : $"trim=start_frame={start}:end_frame={end},";
        var chosen = frames.Count == end - start ? "" : $"select='{string.Join('+', frames.Select(frame => $"eq(n,{frame - start})"))}',";
        arguments.AddRange(["-i", Url(path), "-map", "0:V:0", "-frames:v", $"{frames.Count}", .. _passthrough.Value]);
        arguments.AddRange(["-vf", $"{counted}{chosen}scale={width}:{height}:flags=bilinear", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"]);
        return arguments;
    }

    private string[] Limits => ["-protocol_whitelist", "file", "-format_whitelist", VideoLimits.Containers, "-max_pixels", $"{MaxPixels}"];

    private VideoStream Stream(string path) => _streams.GetOrAdd(path, p => new(() => ReadStream(p))).Value;

    private VideoStream ReadStream(string path)
    {
        if (!File.Exists(path)) throw new DataException(path, 0, "no such video file");
        string[] arguments = ["-v", "error", .. Limits, "-select_streams", "V:0", "-show_entries", VideoStream.Entries, "-of", "json=c=1", Url(path)];
        var run = Run(Ffprobe, path, arguments, ReadAll, CancellationToken.None);
        if (run.ExitCode != 0) throw VideoLimits.Broken(path, run.Errors, "ffprobe cannot read it");
        using var json = JsonDocument.Parse(run.Output);
        var stream = VideoStream.Parse(json.RootElement) ?? throw VideoLimits.Broken(path, run.Errors, "holds no video");
        var (width, height) = (stream.Info.Width, stream.Info.Height);
        if (width <= 0 || height <= 0 || (long)width * height > MaxPixels)
            throw VideoLimits.Broken(path, run.Errors, $"a picture of {width} x {height} is not of 1 to {MaxPixels} pixels");
        var frames = stream.Info.FrameCount;
        if (stream.Missing > VideoLimits.MissingFrames(frames)) throw VideoLimits.Broken(path, run.Errors, $"ends after {frames} of its {frames + stream.Missing} frames");
        return stream;
    }

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

    private IReadOnlyList<string> FindPassthrough() =>
        [FrameRateOption(Run(Ffmpeg, Ffmpeg, ["-version"], ReadAll, CancellationToken.None).Output), "passthrough"];

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
