using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Programs;

namespace CoFinetune.Data.Preparing;

/// <summary>
/// Re-encodes videos once, so that each epoch after it decodes little: a small picture, a key picture every few frames, no filters that slow
/// decoding. Every frame stays, at its time. Goes on where it was interrupted.
/// </summary>
/// <param name="decoder">Reads both, to compare them.</param>
/// <param name="options">How.</param>
public sealed class VideoPreparer(FfmpegDecoder decoder, PrepareOptions options)
{
    /// <summary>Prepares <paramref name="videos"/> below <paramref name="folder"/>.</summary>
    /// <param name="videos">Full paths, each once, with the frames per second of folders of images.</param>
    /// <param name="root">The folder below which copies keep the originals' places.</param>
    /// <param name="folder">Where the copies go.</param>
    /// <param name="progress">Told of videos done, and of all.</param>
    /// <param name="stop">Gives up; what is done stays.</param>
    /// <exception cref="DataException">ffmpeg is missing, or the folder's index is broken.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written.</exception>
    public PrepareReport Run(IReadOnlyDictionary<string, double?> videos, string root, string folder, Action<int, int> progress, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        var known = PreparedFolder.Resume(folder);
        var prepared = videos.Keys.Select(known.Find).OfType<PreparedVideo>().ToList();
        var there = prepared.Select(video => video.Source).ToHashSet();
        var waiting = videos.Keys.Where(video => !there.Contains(video)).Order(StringComparer.Ordinal).ToList();
        var failed = new List<(string, string)>();
        using var index = new StreamWriter(Path.Combine(folder, PreparedFolder.IndexFile), append: false);
        foreach (var video in prepared) index.Write(PreparedFolder.Line(video));
        index.Flush();
        var gate = new Lock();
        Parallel.ForEach(waiting, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs, CancellationToken = stop }, source =>
        {
            try
            {
                var video = Prepare(source, videos[source], root, folder, stop);
                lock (gate)
                {
                    prepared.Add(video);
                    index.Write(PreparedFolder.Line(video));
                    index.Flush();
                }
            }
            catch (DataException reason)
            {
                lock (gate) failed.Add((source, reason.Problem));
            }
            lock (gate) progress(prepared.Count + failed.Count, videos.Count);
        });
        return new(
            [.. prepared.OrderBy(video => video.Source, StringComparer.Ordinal)], waiting.Count - failed.Count,
            [.. failed.OrderBy(video => video.Item1, StringComparer.Ordinal)]);
    }

    private PreparedVideo Prepare(string source, double? frameRate, string root, string folder, CancellationToken stop)
    {
        var before = decoder.Probe(source, stop);
        if (frameRate is { } rate) before = before with { FrameRate = rate };
        var name = CopyName(source, root);
        var copy = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        var temporary = $"{copy}.tmp";
        try
        {
            decoder.Transcode(source, frameRate, Arguments(before, temporary), options.TimeLimit, stop);
            // A decoder of its own: the other one remembers what a path held.
            var after = new FfmpegDecoder().Probe(temporary, stop);
            if (after.FrameCount != before.FrameCount || Math.Abs(after.FrameRate - before.FrameRate) > 0.01 * before.FrameRate)
            {
                throw new DataException(
                    source, 0, $"its copy has {after.FrameCount} frames at {after.FrameRate:0.##} a second, the original {before.FrameCount} at {before.FrameRate:0.##}", "is the original damaged?");
            }
            File.Move(temporary, copy, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
        return new(source, name, before.FrameCount, Bytes(source), new FileInfo(copy).Length);
    }

    private static long Bytes(string source) =>
        Directory.Exists(source) ? new DirectoryInfo(source).EnumerateFiles().Where(file => FrameFolder.IsImage(file.Name)).Sum(file => file.Length) : new FileInfo(source).Length;

    private string[] Arguments(VideoInfo video, string copy)
    {
        var scale = Math.Min(1, (double)options.ShortSide / Math.Min(video.Width, video.Height));
        return
        [
            "-vf", $"scale={Even(video.Width * scale)}:{Even(video.Height * scale)}:flags=bicubic", "-c:v", "libx264", "-preset", "medium", "-tune", "fastdecode",
            "-bf", "1", "-g", $"{options.Gop}", "-keyint_min", $"{options.Gop}", "-sc_threshold", "0", "-crf", $"{options.Crf}", "-pix_fmt", "yuv420p", "-threads", "1",
            "-video_track_timescale", "90000", "-movflags", "+faststart", "-f", "mp4", $"file:{copy}",
        ];

        // 4:2:0 pictures have even sides.
        static int Even(double side) => Math.Max(2, 2 * (int)Math.Round(side / 2));
    }

    /// <summary>The original's place below <paramref name="root"/>; one outside keeps its whole path below <c>elsewhere</c>.</summary>
    private static string CopyName(string source, string root)
    {
        var relative = Path.GetRelativePath(root, source);
        if (relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative)) relative = Path.Combine("elsewhere", source.TrimStart('/'));
        if (Directory.Exists(source)) return $"{relative}.frames.mp4";
        return relative.EndsWith(".mp4", StringComparison.OrdinalIgnoreCase) ? relative : $"{relative}.mp4";
    }
}
