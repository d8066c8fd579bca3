using CoFinetune.Config;

namespace CoFinetune.Data;

/// <summary>The <c>data:</c> block of a dataset: which files, and how a video becomes a clip.</summary>
public abstract record DatasetConfig : IChecked
{
    /// <summary>What the data asks of the model.</summary>
    public abstract ClipTask Task { get; }

    /// <summary>How frames of any shape become the model's square: see <see cref="FrameFit"/>.</summary>
    public FrameFit Fit { get; init; } = FrameFit.Crop;

    /// <summary>Short side in training, drawn evenly between these two: multiples of <c>clip.size</c> (up to 4) or pixels (from 8).</summary>
    [InRange(1, 4096)]
    public IReadOnlyList<double> Jitter { get; init; } = [1, 1.25];

    /// <summary>Short side when whole clips are tested, as a multiple of <c>clip.size</c> or in pixels; the square is cut out of it.</summary>
    [InRange(1, 4096)]
    public double TestSide { get; init; } = 1;

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

    /// <summary>What else happens to a clip in training; by default nothing.</summary>
    public AugmentConfig Augment { get; init; } = new();

    /// <summary>Testing enlarges person boxes about their centers by these shares of width and height: VideoMAE's detector takes [0.1, 0.05].</summary>
    [InRange(0, 1)]
    public IReadOnlyList<double> BoxExtension { get; init; } = [0, 0];

    /// <inheritdoc/>
    public virtual void Check(ConfigCheck check)
    {
        check.That(Jitter.Count == 2 && Jitter[0] <= Jitter[1], nameof(Jitter), "expected the smallest and the largest multiple of clip.size, or number of pixels", "[1, 1.25]");
        check.That(
            Jitter.All(side => side <= 4) || Jitter.All(side => side >= 8), nameof(Jitter),
            "expected two multiples of clip.size or two numbers of pixels", "[1.14, 1.43] or [256, 320]");
        check.That(TestSide is <= 4 or >= 8, nameof(TestSide), "expected a multiple of clip.size or pixels", "up to 4 is a multiple, from 8 on pixels");
        check.That(BoxExtension.Count == 2, nameof(BoxExtension), "expected shares of width and height", "[0.1, 0.05]");
        if (Task != ClipTask.ActionDetection)
        {
            check.That(!BoxExtension.Any(share => share > 0), nameof(BoxExtension), "whole clips have no boxes");
            check.That(!Augment.BoxJitter.Any(share => share > 0), "augment.box_jitter", "whole clips have no boxes");
        }
        else
        {
            check.That(TestSide == 1, nameof(TestSide), "detection is tested on whole frames whose short side is clip.size");
        }
        check.That(Fit == FrameFit.Crop || !Augment.ScalesFrames, "augment.scale", "fit: stretch cuts nothing off, so there is nothing to scale");
    }

    /// <summary>Why no square of this size can be cut out of the resized frames; null when it can.</summary>
    /// <param name="size">Side of the square, <c>clip.size</c>.</param>
    public (string Key, string Problem)? Misfit(int size)
    {
        if (Fit == FrameFit.Stretch) return null;
        if (SideLength.Pixels(Jitter.Min(), size) < size) return ("jitter", $"a square of {size} pixels does not fit into a short side of {Jitter.Min()}");
        return SideLength.Pixels(TestSide, size) < size ? ("test_side", $"a square of {size} pixels does not fit into a short side of {TestSide}") : null;
    }

    /// <summary>Reads and checks one split; opens annotation files only, no video.</summary>
    /// <param name="split">Which part.</param>
    /// <param name="root">The folder that relative paths are taken from.</param>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    public abstract IClipDataset Open(DataSplit split, string root);

    /// <summary>The classes alone, for videos from elsewhere: neither videos nor the validation split need be there.</summary>
    /// <param name="root">The folder that relative paths are taken from.</param>
    /// <exception cref="DataException">The file that lists them is missing or broken.</exception>
    public abstract LabelMap ReadLabels(string root);

    /// <summary>The same data with every annotated entry, whether its video is there or not: to be checked, not to be loaded.</summary>
    public DatasetConfig WithMissingVideos() => this with { KeepsMissing = true };
}
