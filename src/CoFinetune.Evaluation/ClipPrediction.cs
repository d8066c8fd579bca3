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
        var best = BestClasses.Of(logits, Ranks);
        return new ClipPrediction(best, BestClasses.Probabilities(logits, best));
    }
}
