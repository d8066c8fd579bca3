using CoFinetune.Config;

namespace CoFinetune.Data;

/// <summary>The <c>augment:</c> block of a dataset: what training does to a clip besides crop and flip. One draw holds for all frames; by default nothing is done.</summary>
/// <remarks>
/// Ranges of the color jitter are those of Scenic's Kinetics pipeline (DMVR's <c>color_default_augm</c>), which ViViT's table 7 uses with
/// <c>scale: [0.9, 1.33], color: 0.8, grey: 0.1</c> for Kinetics and Moments, and RandAugment in its place for Something-Something.
/// </remarks>
public sealed record AugmentConfig : IChecked
{
    /// <summary>Height and width of the resized frame, before the crop, each times a factor of its own drawn evenly from this range; no side gets shorter than the crop.</summary>
    [InRange(0.25, 4)]
    public IReadOnlyList<double> Scale { get; init; } = [1, 1];

    /// <summary>Probability of the color jitter.</summary>
    [InRange(0, 1)]
    public double Color { get; init; }

    /// <summary>Largest brightness added or taken away, as a share of white.</summary>
    [InRange(0, 1)]
    public double Brightness { get; init; } = 32 / 255.0;

    /// <summary>Range of the factor of the distance from a frame's mean grey.</summary>
    [InRange(0, 8)]
    public IReadOnlyList<double> Contrast { get; init; } = [0.6, 1.4];

    /// <summary>Range of the factor of the distance from a pixel's grey.</summary>
    [InRange(0, 8)]
    public IReadOnlyList<double> Saturation { get; init; } = [0.6, 1.4];

    /// <summary>Largest turn of the hue in either direction, as a share of the color circle.</summary>
    [InRange(0, 0.5)]
    public double Hue { get; init; } = 0.2;

    /// <summary>Probability that the clip loses its colors.</summary>
    [InRange(0, 1)]
    public double Grey { get; init; }

    /// <summary>RandAugment, before the color jitter; null does without.</summary>
    public RandAugmentConfig? RandAugment { get; init; }

    /// <summary>Each side of a person box moves by an even draw, in shares of the box: at most this far outwards and inwards along x, outwards
    /// and inwards along y. VideoMAE's detector takes [0.2, 0.1, 0.1, 0.05].</summary>
    [InRange(0, 0.49)]
    public IReadOnlyList<double> BoxJitter { get; init; } = [0, 0, 0, 0];

    /// <summary>True when frames are scaled along each side on their own.</summary>
    internal bool ScalesFrames => Scale.Any(factor => factor != 1);

    /// <inheritdoc/>
    public void Check(ConfigCheck check)
    {
        Range(Scale, nameof(Scale));
        Range(Contrast, nameof(Contrast));
        Range(Saturation, nameof(Saturation));
        check.That(BoxJitter.Count == 4, nameof(BoxJitter), "expected shares outwards and inwards along x, outwards and inwards along y", "[0.2, 0.1, 0.1, 0.05]");

        void Range(IReadOnlyList<double> range, string name) =>
            check.That(range.Count == 2 && range[0] <= range[1], name, "expected the smallest and the largest factor", "[0.9, 1.33]");
    }
}
