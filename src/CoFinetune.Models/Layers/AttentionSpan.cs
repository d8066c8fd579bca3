namespace CoFinetune.Models.Layers;

/// <summary>Which tokens a token attends to.</summary>
internal enum AttentionSpan
{
    /// <summary>All of its clip.</summary>
    All,

    /// <summary>Those at its place, over all slices.</summary>
    Time,

    /// <summary>Those of its slice.</summary>
    Space,

    /// <summary>Half of the heads as <see cref="Time"/>, half as <see cref="Space"/>.</summary>
    TimeAndSpaceHeads,
}
