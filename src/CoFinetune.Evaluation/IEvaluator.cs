using CoFinetune.Data.Loading;

namespace CoFinetune.Evaluation;

/// <summary>Collects the predictions for one split and scores them; one thread at a time.</summary>
public interface IEvaluator
{
    /// <summary>Name of the figure that decides which checkpoint is best: <c>map</c> or <c>top1</c>.</summary>
    string PrimaryMetric { get; }

    /// <summary>Takes the scores of some clips; each clip of the split once.</summary>
    /// <param name="samples">The clips.</param>
    /// <param name="scores">Row-major. Classification: logits, <c>[samples, classes]</c>. Several classes per clip: probabilities, the same. Detection: probabilities,
    /// <c>[boxes of all samples in order, classes]</c>, where the boxes are those of <see cref="ClipSample.Source"/>.</param>
    /// <param name="classes">Length of a row.</param>
    /// <exception cref="ArgumentException">The scores do not fit the samples or the dataset.</exception>
    /// <exception cref="NotFiniteNumberException">A score is not finite: the model diverged.</exception>
    void Add(IReadOnlyList<ClipSample> samples, ReadOnlySpan<float> scores, int classes);

    /// <summary>Scores everything that was added.</summary>
    EvaluationReport Result();
}
