using CoFinetune.Data.Video;

namespace CoFinetune.Data.Checks;

/// <summary>How long videos are together.</summary>
/// <param name="Seconds">Seconds of those that could be opened.</param>
/// <param name="Unopened">Videos that could not, or are missing.</param>
public sealed record VideoLengths(double Seconds, int Unopened)
{
    /// <summary>Opens videos on many threads.</summary>
    /// <param name="videos">Which.</param>
    /// <param name="decoder">What they are opened with.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told after each video, by several threads.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static VideoLengths Of(IReadOnlyList<AnnotatedVideo> videos, IVideoDecoder decoder, int workers, Action progress, CancellationToken stop)
    {
        var seconds = new double?[videos.Count];
        Parallel.For(0, videos.Count, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = stop }, index =>
        {
            seconds[index] = SecondsOf(videos[index], decoder, stop);
            progress();
        });
        return new(seconds.Sum() ?? 0, seconds.Count(length => length is null));
    }

    private static double? SecondsOf(AnnotatedVideo video, IVideoDecoder decoder, CancellationToken stop)
    {
        try
        {
            var info = decoder.Probe(video.Path, stop);
            return info.FrameCount / (video.FrameRate ?? info.FrameRate);
        }
        catch (DataException)
        {
            return null;                                       // counted
        }
    }
}
