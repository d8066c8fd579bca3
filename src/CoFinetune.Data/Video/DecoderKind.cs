namespace CoFinetune.Data.Video;

/// <summary>How videos are decoded.</summary>
public enum DecoderKind
{
    /// <summary>With FFmpeg's libraries, in worker processes that a broken file may crash or hang.</summary>
    Isolated,

    /// <summary>With FFmpeg's libraries, in this process.</summary>
    Inproc,

    /// <summary>With the <c>ffmpeg</c> program, one process per clip.</summary>
    Ffmpeg,
}
