namespace CoFinetune.Evaluation;

/// <summary>The best classes of one clip.</summary>
/// <param name="Name">The clip's published name.</param>
/// <param name="Label">The right class, by index.</param>
/// <param name="Best">Up to five class indices, best first; equal scores by index.</param>
/// <param name="Probabilities">The softmax probability of each of these.</param>
internal sealed record ClipPrediction(string Name, int Label, int[] Best, float[] Probabilities)
{
    private const int Ranks = 5;

    /// <summary>The best classes of <paramref name="logits"/>.</summary>
    public static ClipPrediction Of(string name, int label, ReadOnlySpan<float> logits)
    {
        var best = BestClasses.Of(logits, Ranks);
        return new ClipPrediction(name, label, best, BestClasses.Probabilities(logits, best));
    }
}
