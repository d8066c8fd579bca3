namespace CoFinetune.Evaluation;

/// <summary>The classes with the highest scores.</summary>
public static class BestClasses
{
    /// <summary>Class indices, best first; equal scores by index.</summary>
    /// <param name="scores">One score per class, logits or probabilities.</param>
    /// <param name="count">Most classes.</param>
    public static int[] Of(ReadOnlySpan<float> scores, int count)
    {
        var best = new List<int>(count + 1);
        for (var i = 0; i < scores.Length; i++)
        {
            var rank = best.Count;
            while (rank > 0 && scores[i] > scores[best[rank - 1]]) rank--;
            if (rank == count) continue;
            best.Insert(rank, i);
            if (best.Count > count) best.RemoveAt(count);
        }
        return [.. best];
    }

    /// <summary>The softmax probabilities of the best classes.</summary>
    /// <param name="logits">One logit per class.</param>
    /// <param name="best">What <see cref="Of"/> gave; at least one.</param>
    public static float[] Probabilities(ReadOnlySpan<float> logits, int[] best)
    {
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - logits[best[0]]);
        var probabilities = new float[best.Length];
        for (var rank = 0; rank < best.Length; rank++) probabilities[rank] = (float)(Math.Exp(logits[best[rank]] - logits[best[0]]) / sum);
        return probabilities;
    }
}
