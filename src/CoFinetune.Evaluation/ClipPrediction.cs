namespace CoFinetune.Evaluation;

/// <summary>The best classes of one clip.</summary>
/// <param name="Best">Up to five class indices, best first; equal scores by index.</param>
/// <param name="Probabilities">The softmax probability of each of these.</param>
internal sealed record ClipPrediction(int[] Best, float[] Probabilities)
{
    private const int Ranks = 5;

    /// <summary>The best classes of <paramref name="logits"/>.</summary>
    public static ClipPrediction Of(ReadOnlySpan<float> logits)
    {
        var best = new List<int>(Ranks + 1);
        for (var i = 0; i < logits.Length; i++)
        {
            var rank = best.Count;
            while (rank > 0 && logits[i] > logits[best[rank - 1]]) rank--;
            if (rank == Ranks) continue;
            best.Insert(rank, i);
            if (best.Count > Ranks) best.RemoveAt(Ranks);
        }
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - logits[best[0]]);
        var probabilities = new float[best.Count];
        for (var rank = 0; rank < probabilities.Length; rank++)
            probabilities[rank] = (float)(Math.Exp(logits[best[rank]] - logits[best[0]]) / sum);
        return new ClipPrediction([.. best], probabilities);
    }
}
