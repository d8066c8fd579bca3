using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Models;
using CoFinetune.Training.Losses;

namespace CoFinetune.Training;

/// <summary>Everything about one dataset of a run.</summary>
public sealed record DatasetBlock : IChecked
{
    /// <summary>Which files, and how a video becomes a clip.</summary>
    public required DatasetConfig Data { get; init; }

    /// <summary>The dataset's own part of the model.</summary>
    public required HeadConfig Head { get; init; }

    /// <summary>Classes of the dataset, to say what the model costs before its files are there; null takes them from the files. They must agree.</summary>
    [InRange(1, 10_000_000)]
    public int? ClassCount { get; init; }

    /// <summary>Share of the mixture, in proportion to the other datasets' shares.</summary>
    [InRange(0)]
    public double Share { get; init; } = 1;

    /// <summary>Clips of a pass that trains on this dataset alone (every mixture but <c>mixed</c>); null takes the mixture's.</summary>
    [InRange(1, 1 << 20)]
    public int? Batch { get; init; }

    /// <summary>Learning rate of this dataset, as a multiple of the run's.</summary>
    [InRange(0)]
    public double LrScale { get; init; } = 1;

    /// <summary>Factor of this dataset's loss.</summary>
    [InRange(0)]
    public double LossWeight { get; init; } = 1;

    /// <summary>Targets of whole clips, of one class or of several, become y (1 - s) + s / K.</summary>
    [InRange(0, 1, Below = true)]
    public double LabelSmoothing { get; init; }

    /// <summary>Stochastic depth of this dataset's clips; null takes the trunk's <c>drop_path</c>.</summary>
    [InRange(0, 1, Below = true)]
    public double? DropPath { get; init; }

    /// <summary>γ of the focal loss, for sigmoid losses: elements that are right already count less, by (1 - p)^γ, so that rare classes count more. 0 does without.</summary>
    [InRange(0, 10)]
    public double Focus { get; init; }

    /// <summary>Mixup of whole clips: each is blended with the one that mirrors its place in the dataset's part of the step, by one weight of
    /// Beta(mixup, mixup) a step; targets alike. 0 does without.</summary>
    [InRange(0, 4)]
    public double Mixup { get; init; }

    /// <summary>Clips spread over each video when it is tested; null takes <c>evaluate.views</c>.</summary>
    [InRange(1, 64)]
    public int? Views { get; init; }

    /// <summary>Squares along the long side of each tested clip; null takes <c>evaluate.crops</c>.</summary>
    [InRange(1, 9)]
    public int? Crops { get; init; }

    /// <summary>How the sigmoid losses of the K classes of a box, or of a clip of several classes, become one number; boxes and clips are always
    /// averaged.</summary>
    public LossReduction BoxLoss { get; init; } = LossReduction.SumOverClasses;

    /// <summary>The metrics that this dataset is scored with; the first is the one to compare checkpoints by.</summary>
    internal IReadOnlyList<string> Metrics => Data.Task switch
    {
        ClipTask.Classification => ["top1", "top5", "mean_class"],
        ClipTask.MultiLabel or ClipTask.ActionDetection => ["map"],
    };

    /// <inheritdoc/>
    public void Check(ConfigCheck check)
    {
        check.That(Head.TakesBoxes == (Data.Task == ClipTask.ActionDetection), nameof(Head), "this head does not fit the data", "clips take 'linear', person boxes take 'roi'");
        check.That(Mixup == 0 || Data.Task != ClipTask.ActionDetection, nameof(Mixup), "mixup is for whole clips: persons of two blended clips overlap");
        check.That((Views ?? 1) == 1 || Data.Task != ClipTask.ActionDetection, nameof(Views), "a keyframe is tested in one view, the clip around it");
        check.That(
            (Crops ?? 1) == 1 || (Data.Task != ClipTask.ActionDetection && Data.Fit == FrameFit.Crop), nameof(Crops), "this set is tested on whole frames, which are one crop");
        check.That(Focus == 0 || Data.Task != ClipTask.Classification, nameof(Focus), "the focal loss is for sigmoid losses");
        check.That(LabelSmoothing == 0 || Data.Task != ClipTask.ActionDetection, nameof(LabelSmoothing), "label smoothing is for whole clips");
    }
}
