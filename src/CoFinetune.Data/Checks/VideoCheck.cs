using System.Globalization;
using CoFinetune.Data.Video;

namespace CoFinetune.Data.Checks;

/// <summary>Opens videos and decodes their first, middle and last frame, or all, to find those that training would stumble over.</summary>
/// <param name="decoder">What training decodes with.</param>
/// <param name="full">Decodes every frame.</param>
public sealed class VideoCheck(IVideoDecoder decoder, bool full = false)
{
    private const int LeastSide = 32;
    private const double MostStretched = 4;
    private const double SecondsOfGrace = 1;                    // as in loading: recordings end a little before their last annotated second
    private const int Seen = 32;                                // side of the decoded picture, which nobody looks at
    private const int Tried = 3;
    private const int Stretch = 256;                            // frames of one call when all are decoded

    /// <summary>Checks videos on many threads.</summary>
    /// <param name="videos">Which.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told how many are done; by several threads, one at a time.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <returns>The bad ones, in the order of <paramref name="videos"/>.</returns>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public IReadOnlyList<BadVideo> Run(IReadOnlyList<AnnotatedVideo> videos, int workers, Action<int> progress, CancellationToken stop)
    {
        var reasons = new string?[videos.Count];
        var gate = new Lock();
        var done = 0;
        Parallel.For(0, videos.Count, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = stop }, index =>
        {
            reasons[index] = Reason(videos[index], stop);
            lock (gate) progress(++done);
        });
        return [.. videos.Zip(reasons).Where(pair => pair.Second is not null).Select(pair => new BadVideo(pair.First.Path, pair.Second!))];
    }

    /// <summary>What is wrong with a video; null when nothing is.</summary>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public string? Reason(AnnotatedVideo video, CancellationToken stop)
    {
        try
        {
            if (Directory.Exists(video.Path)) return OfVideo(video, stop);
            if (!File.Exists(video.Path)) return "missing";
            return new FileInfo(video.Path).Length == 0 ? "empty" : OfVideo(video, stop);
        }
        catch (DataException cause)
        {
            return $"undecodable: {cause.Problem}";
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return $"unreadable: {cause.Message}";
        }
    }

    private string? OfVideo(AnnotatedVideo video, CancellationToken stop)
    {
        var info = decoder.Probe(video.Path, stop);
        Decode(info, 0, Tried);
        try
        {
            Decode(info, info.FrameCount / 2, Tried);
            Decode(info, Math.Max(0, info.FrameCount - Tried), Tried);
            for (var frame = 0; full && frame < info.FrameCount; frame += Stretch) Decode(info, frame, Stretch);
        }
        catch (DataException cause)
        {
            return $"truncated or damaged: {cause.Problem}";
        }
        var (shorter, longer) = (Math.Min(info.Width, info.Height), Math.Max(info.Width, info.Height));
        if (shorter < LeastSide || longer > shorter * MostStretched) return $"odd resolution: {info.Width} x {info.Height}";
        return TooShort(video, info.FrameCount / (video.FrameRate ?? info.FrameRate));

        // Some of the frames that are announced hold no picture in sound files too, but not several in a row.
        void Decode(VideoInfo of, int frame, int most)
        {
            var count = Math.Min(most, of.FrameCount - frame);
            if (decoder.Decode(video.Path, [.. Enumerable.Range(frame, count)], Seen, Seen, stop).Count == 0) throw new DataException(video.Path, 0, $"no picture from frame {frame} on");
        }
    }

    private static string? TooShort(AnnotatedVideo video, double seconds) => video.LastSecond > seconds + SecondsOfGrace
        ? string.Create(CultureInfo.InvariantCulture, $"shorter than its annotations: {seconds:0.###} s, annotated up to second {video.LastSecond:0.###}")
        : null;
}
