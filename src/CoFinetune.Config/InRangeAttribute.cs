namespace CoFinetune.Config;

/// <summary>Bounds of a number, or of every number of a list, in a config record.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InRangeAttribute(double min, double max = double.PositiveInfinity) : Attribute
{
    /// <summary>Smallest allowed value.</summary>
    public double Min { get; } = min;

    /// <summary>Largest allowed value.</summary>
    public double Max { get; } = max;

    /// <summary>True when <see cref="Min"/> itself is not allowed.</summary>
    public bool Above { get; init; }

    /// <summary>True when <see cref="Max"/> itself is not allowed.</summary>
    public bool Below { get; init; }

    /// <summary>The bounds in words: <c>from 1 to 1024</c>, <c>at least 0 and below 1</c>.</summary>
    public override string ToString()
    {
        var min = double.IsNegativeInfinity(Min) ? null : $"{(Above ? "above" : "at least")} {Min}";
        var max = double.IsPositiveInfinity(Max) ? null : $"{(Below ? "below" : "at most")} {Max}";
        if (min is null || max is null) return min ?? max ?? "of any size";
        return Above || Below ? $"{min} and {max}" : $"from {Min} to {Max}";
    }

    internal bool Allows(double value) => (Above ? value > Min : value >= Min) && (Below ? value < Max : value <= Max);
}
