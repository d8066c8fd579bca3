namespace CoFinetune.Data.Datasets;

/// <summary>Clips of videos that no annotation file lists, to be recognised by a dataset's head.</summary>
/// <param name="Task">What the dataset asks of the model.</param>
/// <param name="Labels">The dataset's classes.</param>
/// <param name="Items">The clips; empty until a video is opened.</param>
public sealed record VideoClips(ClipTask Task, LabelMap Labels, IReadOnlyList<ClipItem> Items) : IClipDataset;
