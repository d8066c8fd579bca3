using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Training;

/// <summary>The <c>evaluate:</c> block: when the model is scored on the validation splits. The end of a run is always scored.</summary>
public sealed record EvaluateConfig : IChecked
{
    /// <summary>Steps from one evaluation to the next; null scores at the end alone.</summary>
    [InRange(1)]
    public int? Every { get; init; }

    /// <summary>Also scores the model before the first step.</summary>
    public bool Start { get; init; }

    /// <summary>Clips of an evaluation batch.</summary>
    [InRange(1, 4096)]
    public int Batch { get; init; } = 32;

    /// <summary>Clips spread evenly over each video, for sets of whole clips: they and their crops are averaged. ViViT tests with 4 x 3.</summary>
    [InRange(1, 64)]
    public int Views { get; init; } = 1;

    /// <summary>Squares from one end of the long side to the other; 3 are left, center and right, or top, center and bottom.</summary>
    [InRange(1, 9)]
    public int Crops { get; init; } = 1;

    /// <summary>What is averaged over these.</summary>
    public ViewAveraging Average { get; init; } = ViewAveraging.Logits;

    /// <summary>A class with at least so many training examples is frequent (head); stands with <see cref="TailBelow"/>. Without both, head, mid and tail are
    /// thirds of the classes.</summary>
    [InRange(0)]
    public int? HeadFrom { get; init; }

    /// <summary>A class with fewer training examples is rare (tail).</summary>
    [InRange(0)]
    public int? TailBelow { get; init; }

    /// <summary>How often the videos are drawn anew, with replacement, for the 95 % intervals of the figures; 0 leaves them out.</summary>
    [InRange(0, 100000)]
    public int Bootstrap { get; init; } = 1000;

    /// <summary>What divides frequent classes from rare ones; null makes thirds.</summary>
    public FrequencyLimits? FrequencyLimits() => (HeadFrom, TailBelow) is ({ } head, { } tail) ? new FrequencyLimits(head, tail) : null;

    /// <inheritdoc/>
    public void Check(ConfigCheck check)
    {
        check.That(HeadFrom is null == TailBelow is null, HeadFrom is null ? nameof(TailBelow) : nameof(HeadFrom), "head_from and tail_below go together");
        check.That(!(TailBelow > HeadFrom), nameof(TailBelow), $"the tail would reach beyond the head, which begins at {HeadFrom}");
    }

    /// <summary>The views of a dataset: keyframes have one, stretched frames one crop.</summary>
    internal (int Clips, int Crops) ViewsOf(DatasetBlock block) => block.Data switch
    {
        { Task: ClipTask.ActionDetection } => (1, 1),
        { Fit: FrameFit.Stretch } => (block.Views ?? Views, 1),
        _ => (block.Views ?? Views, block.Crops ?? Crops),
    };
}
