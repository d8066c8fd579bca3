using CoFinetune.Config;

namespace CoFinetune.Training;

/// <summary>The <c>gradients:</c> block: steps at which the datasets' gradients of the trunk are measured and compared.</summary>
public sealed record GradientsConfig
{
    /// <summary>Steps from one measurement to the next. Such a step takes one pass per dataset at least, and holds one gradient of the trunk for each.</summary>
    [InRange(1, 1000000)]
    public required int Every { get; init; }

    /// <summary>Whether step <paramref name="step"/>, counted from 0, is measured: the last of <see cref="Every"/>, as in the log.</summary>
    internal bool Measures(long step) => (step + 1) % Every == 0;
}
