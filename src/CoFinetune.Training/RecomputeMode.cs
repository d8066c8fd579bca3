namespace CoFinetune.Training;

/// <summary>What a backward pass computes once more to save memory.</summary>
public enum RecomputeMode
{
    /// <summary>Nothing: all activations are kept.</summary>
    None,

    /// <summary>The blocks of the trunk: of each stretch only the tokens that it begins with are kept. A step takes about a third longer.</summary>
    Blocks,
}
