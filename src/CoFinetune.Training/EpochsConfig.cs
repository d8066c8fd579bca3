using CoFinetune.Config;
using CoFinetune.Data.Loading;

namespace CoFinetune.Training;

/// <summary>The <c>epochs:</c> of a run: how often it goes through the training split of one of its datasets; <c>epochs: 30</c> where there is only one.</summary>
[ScalarForm(nameof(Count))]
public sealed record EpochsConfig
{
    /// <summary>Epochs; 2.5 are two and a half.</summary>
    [InRange(0, 1_000_000, Above = true)]
    public required double Count { get; init; }

    /// <summary>The dataset that they are counted by; null takes the only one that is trained on.</summary>
    public string? Of { get; init; }

    /// <summary>Index of the dataset that epochs are counted by; -1 when none is meant, or not one alone.</summary>
    internal int IndexIn(IReadOnlyList<MixtureDataset> datasets)
    {
        var meant = Enumerable.Range(0, datasets.Count).Where(d => datasets[d].Share > 0 && (Of is null || datasets[d].Name == Of)).ToList();
        return meant.Count == 1 ? meant[0] : -1;
    }

    /// <summary>Reports when the dataset is not one that the run trains on.</summary>
    internal void Check(ConfigCheck check, IReadOnlyList<MixtureDataset> datasets) => check.That(
        IndexIn(datasets) >= 0, Of is null ? "epochs" : "epochs.of",
        Of is null ? "the run trains on several datasets, and epochs are those of one" : $"the run trains on no dataset called '{Of}'",
        $"epochs: {{ count: {Count}, of: DATASET }} with one of {string.Join(", ", datasets.Where(d => d.Share > 0).Select(d => d.Name))}");
}
