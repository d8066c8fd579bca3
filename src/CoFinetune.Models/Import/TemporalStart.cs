namespace CoFinetune.Models.Import;

/// <summary>What an attention over time starts as, where an image model has none.</summary>
public enum TemporalStart
{
    /// <summary>The image's projections with an output of zero: at the start each block does what the image's does, and it learns from the first step.</summary>
    Zero,

    /// <summary>The image's attention (Scenic's default).</summary>
    Copy,

    /// <summary>All projections zero (Scenic's option): the same outputs at the start, but only the bias of the output ever gets a gradient.</summary>
    AllZero,
}
