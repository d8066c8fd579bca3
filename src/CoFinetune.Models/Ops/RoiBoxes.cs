namespace CoFinetune.Models.Ops;

/// <summary>The boxes of a run of clips, without padding.</summary>
public sealed class RoiBoxes
{
    /// <summary>Boxes of consecutive clips.</summary>
    /// <param name="coordinates">x1, y1, x2, y2 of each box, clip after clip, in fractions of the clip's frame; may reach outside [0, 1].</param>
    /// <param name="counts">Boxes of each clip; 0 is fine.</param>
    /// <exception cref="ArgumentException">The counts do not add up to the boxes, or a coordinate is no finite number.</exception>
    public RoiBoxes(IReadOnlyList<float> coordinates, IReadOnlyList<int> counts)
    {
        if (counts.Any(count => count < 0) || counts.Sum(count => 4L * count) != coordinates.Count)
            throw new ArgumentException($"{coordinates.Count} coordinates for {counts.Sum(count => (long)count)} boxes of four", nameof(counts));
        if (coordinates.FirstOrDefault(c => !float.IsFinite(c)) is var bad and not 0)
            throw new ArgumentException($"a box coordinate is {bad}", nameof(coordinates));
        Coordinates = coordinates;
        Counts = counts;
    }

    /// <summary>x1, y1, x2, y2 of each box, in fractions of the clip's frame.</summary>
    public IReadOnlyList<float> Coordinates { get; }

    /// <summary>Boxes of each clip.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Boxes of all clips together.</summary>
    public int Total => Coordinates.Count / 4;
}
