namespace CoFinetune.Evaluation;

/// <summary>Counts how often the right class is among the k best.</summary>
/// <remarks>
/// Classes are ranked by score, equal scores by class index, the lower first; so every class has one rank, the figures agree with the
/// ranks of the predictions file and with the confusion matrix, and a model that gives every class the same score is right only where the
/// label is 0. Counting classes with a larger score alone (scikit-learn, Keras) would call that model always right; <see cref="Tied"/> says how
/// many clips the two rules see differently.
/// </remarks>
/// <param name="classes">Number of classes.</param>
public sealed class TopKAccuracy(int classes)
{
    private readonly int[] _examples = new int[classes];
    private readonly int[] _top1 = new int[classes];
    private readonly int[] _predicted = new int[classes];
    private int _top5;

    /// <summary>Examples counted.</summary>
    public int Examples { get; private set; }

    /// <summary>Share of examples whose label has the best score; NaN without examples.</summary>
    public double Top1 => (double)_top1.Sum() / Examples;

    /// <summary>Examples that are wrong only because a class of the same, best score stands before theirs.</summary>
    public int Tied { get; private set; }

    /// <summary><see cref="Top1"/> if these counted as right.</summary>
    public double Top1IfTiesCount => (double)(_top1.Sum() + Tied) / Examples;

    /// <summary>Share of examples whose label is among the five best; NaN without examples.</summary>
    public double Top5 => (double)_top5 / Examples;

    /// <summary>Mean over the classes that have examples of their top-1 accuracy; NaN without examples.</summary>
    public double MeanClass =>
        Enumerable.Range(0, classes).Select(AccuracyOf).Where(accuracy => accuracy is not null).DefaultIfEmpty(double.NaN).Average()!.Value;

    /// <summary>Counts one example.</summary>
    /// <param name="scores">One finite score per class.</param>
    /// <param name="label">The right class.</param>
    /// <returns>Its rank, from 0.</returns>
    public int Add(ReadOnlySpan<float> scores, int label)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scores.Length, classes, nameof(scores));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)label, (uint)classes, nameof(label));
        var rank = 0;
        var best = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[label] || (scores[i] == scores[label] && i < label)) rank++;
            if (scores[i] > scores[best]) best = i;
        }
        Examples++;
        _examples[label]++;
        _predicted[best]++;
        if (rank == 0) _top1[label]++;
        else if (scores[label] == scores[best]) Tied++;
        if (rank < 5) _top5++;
        return rank;
    }

    /// <summary>Top-1 accuracy of one class; null without examples.</summary>
    public double? AccuracyOf(int label) => _examples[label] == 0 ? null : (double)_top1[label] / _examples[label];

    /// <summary>Examples of one class.</summary>
    public int ExamplesOf(int label) => _examples[label];

    /// <summary>Examples for which a class had the best score.</summary>
    public int PredictedAs(int label) => _predicted[label];
}
