using CoFinetune.Data.Datasets;

namespace CoFinetune.Data.Checks;

/// <summary>The persons of an AVA split.</summary>
public sealed record BoxStatistics
{
    /// <summary>Boxes at all keyframes together.</summary>
    public required int Boxes { get; init; }

    /// <summary>Mean number of boxes of a keyframe that has some.</summary>
    public required double MeanPerKeyframe { get; init; }

    /// <summary>Most boxes of a keyframe.</summary>
    public required int MostPerKeyframe { get; init; }

    /// <summary>Keyframes that are left out because they have no box.</summary>
    public required int KeyframesWithoutBoxes { get; init; }

    /// <summary>Keyframes that are left out because the excluded timestamps name them.</summary>
    public required int ExcludedKeyframes { get; init; }

    /// <summary>Ground truth rows whose box reaches outside of [0, 1] and is clamped; further outside than 0.001 is an error.</summary>
    public required int BoxesOutside { get; init; }

    /// <summary>Ground truth rows whose action is not among the classes.</summary>
    public required int LabelsLeftOut { get; init; }

    internal static BoxStatistics Of(AvaDataset dataset)
    {
        var counts = dataset.Items.Select(item => ((BoxTarget)item.Target).Boxes.Count).ToList();
        return new BoxStatistics
        {
            Boxes = counts.Sum(),
            MeanPerKeyframe = counts.Average(),
            MostPerKeyframe = counts.Max(),
            KeyframesWithoutBoxes = dataset.KeyframesWithoutPerson,
            ExcludedKeyframes = dataset.ExcludedKeyframes,
            BoxesOutside = dataset.BoxesClamped,
            LabelsLeftOut = dataset.LabelsLeftOut,
        };
    }
}
