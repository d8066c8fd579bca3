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
}
