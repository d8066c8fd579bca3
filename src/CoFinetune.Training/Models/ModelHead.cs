using CoFinetune.Config;
using CoFinetune.Models;

namespace CoFinetune.Training.Models;

/// <summary>A head of a model, and what it scores.</summary>
public sealed record ModelHead : IChecked
{
    /// <summary>Kind of head.</summary>
    public required HeadConfig Head { get; init; }

    /// <summary>Classes that it scores.</summary>
    [InRange(1, 10_000_000)]
    public required int Classes { get; init; }

    /// <summary>Their names by index; empty where they have none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <inheritdoc/>
    public void Check(ConfigCheck check) =>
        check.That(Labels.Count == 0 || Labels.Count == Classes, nameof(Labels), $"{Labels.Count} names for {Classes} classes");
}
