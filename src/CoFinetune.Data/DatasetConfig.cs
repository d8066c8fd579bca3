using CoFinetune.Config;

namespace CoFinetune.Data;

/// <summary>The <c>data:</c> block of a dataset: which files, and how a video becomes a clip.</summary>
public abstract record DatasetConfig : IChecked
{
    /// <summary>What the data asks of the model.</summary>
    public abstract ClipTask Task { get; }

    /// <summary>How frames of any shape become the model's square: see <see cref="FrameFit"/>.</summary>
    public FrameFit Fit { get; init; } = FrameFit.Crop;

    /// <summary>Short side in training, drawn evenly between these multiples of <c>clip.size</c>.</summary>
    [InRange(1, 4)]
    public IReadOnlyList<double> Jitter { get; init; } = [1, 1.25];

    /// <summary>Probability of a horizontal flip in training.</summary>
    [InRange(0, 1)]
    public double Flip { get; init; } = 0.5;

    /// <summary>Part of the training split's clips that may turn out to be unreadable; others stand in for them, each is reported, and more end the run.</summary>
    [InRange(0, 1)]
    public double MaxBadFraction { get; init; } = 0.01;

    /// <summary>Folder of prepared copies (<c>data prepare</c>) that videos are read from instead; null reads the originals.</summary>
    public string? Prepared { get; init; }

    /// <summary>The classes to learn and to score, by name or published id; null takes all. Ids and their order stay as published, clips
    /// and actions of other classes are left out.</summary>
    public IReadOnlyList<string>? Subset { get; init; }

    /// <summary>Frames per second of videos that are folders of numbered images.</summary>
    [InRange(0.1, 1000)]
    public double FrameRate { get; init; } = 30;

    /// <summary>Keeps entries whose video is not there, for a look at what is missing.</summary>
    internal bool KeepsMissing { get; init; }

    /// <inheritdoc/>
    public void Check(ConfigCheck check) =>
        check.That(Jitter.Count == 2 && Jitter[0] <= Jitter[1], nameof(Jitter), "expected the smallest and the largest multiple", "[1, 1.25]");

    /// <summary>Reads and checks one split; opens annotation files only, no video.</summary>
    /// <param name="split">Which part.</param>
    /// <param name="root">The folder that relative paths are taken from.</param>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    public abstract IClipDataset Open(DataSplit split, string root);

    /// <summary>The same data with every annotated entry, whether its video is there or not: to be checked, not to be loaded.</summary>
    public DatasetConfig WithMissingVideos() => this with { KeepsMissing = true };
}
