using CoFinetune.Data.Video.Isolation;
using CoFinetune.Data.Video.Native;
using CoFinetune.Data.Video.Programs;

namespace CoFinetune.Data.Video.Decoders;

/// <summary>Makes decoders by kind.</summary>
public static class VideoDecoders
{
    /// <summary>A decoder of the kind asked for; the <c>ffmpeg</c> program in place of workers where the machine has no libraries for them.</summary>
    /// <param name="kind">How videos are to be decoded.</param>
    /// <param name="timeLimit">Longest time of one clip.</param>
    /// <param name="note">What to tell the user: that another kind is used, and why. Null when there is nothing to tell.</param>
    /// <returns>The decoder; to be disposed where it can be.</returns>
    /// <exception cref="DataException">The kind is <see cref="DecoderKind.Inproc"/> and there are no libraries.</exception>
    public static IVideoDecoder Create(DecoderKind kind, TimeSpan timeLimit, out string? note)
    {
        note = null;
        switch (kind)
        {
            case DecoderKind.Inproc:
                return new LibavDecoder { TimeLimit = timeLimit };
            case DecoderKind.Isolated when IsolatedDecoder.Start(timeLimit, out var reason) is var isolated:
                if (isolated is not null) return isolated;
                note = $"videos are decoded by the ffmpeg program, several times slower: {reason}";
                break;
        }
        return new FfmpegDecoder { TimeLimit = timeLimit };
    }
}
