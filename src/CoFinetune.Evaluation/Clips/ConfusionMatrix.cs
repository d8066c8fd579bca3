namespace CoFinetune.Evaluation.Clips;

/// <summary>How often clips of one class were taken for another: the first choice, equal scores by class index.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] _counts;

    /// <summary>Counts clips.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="clips">Label and scores of each clip.</param>
    internal ConfusionMatrix(int classes, IReadOnlyList<(string Name, int Label, float[] Scores)> clips)
    {
        _counts = new int[classes, classes];
        foreach (var (_, label, scores) in clips) _counts[label, Array.IndexOf(scores, scores.Max())]++;
    }

    /// <summary>Number of classes.</summary>
    public int Classes => _counts.GetLength(0);

    /// <summary>Clips of class <paramref name="right"/> that were taken for <paramref name="predicted"/>.</summary>
    public int this[int right, int predicted] => _counts[right, predicted];

    /// <summary>Clips of a class.</summary>
    public int Examples(int right) => Row(right).Sum();

    /// <summary>The counts of one class, by predicted class.</summary>
    public IReadOnlyList<int> Row(int right) => [.. Enumerable.Range(0, Classes).Select(predicted => _counts[right, predicted])];

    /// <summary>The pairs of different classes that were confused most often, the largest first, then by class.</summary>
    /// <param name="most">At most so many.</param>
    public IReadOnlyList<(int Right, int Predicted, int Count)> MostConfused(int most)
    {
        var pairs = new List<(int Right, int Predicted, int Count)>();
        for (var right = 0; right < Classes; right++)
            for (var predicted = 0; predicted < Classes; predicted++)
                if (right != predicted && _counts[right, predicted] > 0) pairs.Add((right, predicted, _counts[right, predicted]));
        return [.. pairs.OrderByDescending(pair => pair.Count).Take(most)];
    }
}
