namespace CoFinetune.Data.Sampling;

/// <summary>What a key derived from the run's seed is for, so that no two uses share their draws.</summary>
public static class Purpose
{
    /// <summary>Order of the steps of a mixture.</summary>
    public const ulong Mixture = 1;

    /// <summary>Order of a dataset's entries, followed by the dataset.</summary>
    public const ulong Order = 2;

    /// <summary>One sample, followed by dataset and draw.</summary>
    public const ulong Sample = 3;

    /// <summary>Dropout and stochastic depth of a step, followed by the step.</summary>
    public const ulong Dropout = 4;

    /// <summary>The clip in place of one that cannot be loaded, followed by the attempt.</summary>
    public const ulong Substitute = 5;

    /// <summary>Mixup of a step, followed by step and dataset.</summary>
    public const ulong Mixing = 6;

    /// <summary>Scale jitter of a sample, a branch of its draws.</summary>
    public const ulong Scale = 7;

    /// <summary>What changes a sample's pixels, a branch of its draws.</summary>
    public const ulong Pixels = 8;

    /// <summary>What moves a sample's person boxes, a branch of its draws.</summary>
    public const ulong Boxes = 9;

    /// <summary>The order of clips after going back to a checkpoint, followed by how often that was.</summary>
    public const ulong RollBack = 10;

    /// <summary>Videos drawn with replacement for a confidence interval, followed by the draw.</summary>
    public const ulong Resample = 11;
}
