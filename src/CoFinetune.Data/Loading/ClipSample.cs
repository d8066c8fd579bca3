namespace CoFinetune.Data.Loading;

/// <summary>One clip of a batch.</summary>
/// <param name="Dataset">Index of the dataset in the run.</param>
/// <param name="Item">Index of the entry in the dataset.</param>
/// <param name="Source">The dataset's entry.</param>
/// <param name="Target">The entry's target with boxes moved into the clip's own frame (cropped, flipped). In the test view they are aligned with
/// those of <paramref name="Source"/>; in training, persons outside the crop are left out.</param>
public sealed record ClipSample(int Dataset, int Item, ClipItem Source, ClipTarget Target)
{
    /// <summary>The clips that were wanted in its place and could not be loaded, the first one first; empty as a rule.</summary>
    public IReadOnlyList<BadClip> Bad { get; init; } = [];
}
