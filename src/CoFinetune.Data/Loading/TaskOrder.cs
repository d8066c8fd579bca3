namespace CoFinetune.Data.Loading;

/// <summary>The order of the datasets of a <see cref="TaskByTaskConfig"/>.</summary>
public enum TaskOrder
{
    /// <summary>Drawn from the run's seed, as in PolyViT; anew should the run go on beyond its steps.</summary>
    Random,

    /// <summary>That of the run file.</summary>
    Written,
}
