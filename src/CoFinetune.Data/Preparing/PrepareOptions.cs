namespace CoFinetune.Data.Preparing;

/// <summary>How videos are re-encoded for training.</summary>
public sealed record PrepareOptions
{
    /// <summary>Pixels of the short side; smaller videos keep their size.</summary>
    public int ShortSide { get; init; } = 256;

    /// <summary>Frames from one key picture to the next: what a random access decodes at most.</summary>
    public int Gop { get; init; } = 16;

    /// <summary>x264's quality: 0 loses nothing, each 6 more halve the size.</summary>
    public int Crf { get; init; } = 21;

    /// <summary>Videos encoded at the same time.</summary>
    public int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Longest time of one video.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(30);
}
