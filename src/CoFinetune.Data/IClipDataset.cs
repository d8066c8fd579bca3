namespace CoFinetune.Data;

/// <summary>One split of one dataset, read and checked; immutable and safe for many threads.</summary>
public interface IClipDataset
{
    /// <summary>What it asks of the model.</summary>
    ClipTask Task { get; }

    /// <summary>Its classes.</summary>
    LabelMap Labels { get; }

    /// <summary>Its entries, in the order of the published file.</summary>
    IReadOnlyList<ClipItem> Items { get; }
}
