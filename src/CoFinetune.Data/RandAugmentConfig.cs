using CoFinetune.Config;

namespace CoFinetune.Data;

/// <summary>The <c>rand_augment:</c> block: operations drawn at random, one after the other (arXiv 1909.13719). ViViT's table 7 takes 2 and 20 for
/// Something-Something, 2 and 15 for Epic Kitchens.</summary>
public sealed record RandAugmentConfig
{
    /// <summary>Operations in a row.</summary>
    [InRange(1, 16)]
    public int Layers { get; init; } = 2;

    /// <summary>Strength of all of them; 10 is the usual full strength, and Scenic goes beyond.</summary>
    [InRange(0, 30)]
    public double Magnitude { get; init; } = 10;
}
