namespace CoFinetune.Evaluation.Clips;

/// <summary>Softmax and sigmoid in double precision.</summary>
internal static class Softmax
{
    /// <summary>The probability of each class; sums to 1.</summary>
    public static double[] Of(ReadOnlySpan<float> logits)
    {
        var most = float.NegativeInfinity;
        foreach (var logit in logits) most = Math.Max(most, logit);
        var probabilities = new double[logits.Length];
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++) sum += probabilities[i] = Math.Exp((double)logits[i] - most);
        for (var i = 0; i < logits.Length; i++) probabilities[i] /= sum;
        return probabilities;
    }

    /// <summary>Minus the logarithm of a class's probability, finite however small that is.</summary>
    public static double NegativeLog(ReadOnlySpan<float> logits, int label)
    {
        var most = float.NegativeInfinity;
        foreach (var logit in logits) most = Math.Max(most, logit);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp((double)logit - most);
        return Math.Log(sum) + most - logits[label];
    }

    /// <summary>The probability that a class is there.</summary>
    public static double Sigmoid(double logit) => logit >= 0 ? 1 / (1 + Math.Exp(-logit)) : Math.Exp(logit) / (1 + Math.Exp(logit));
}
