namespace CoFinetune.Evaluation.Clips;

/// <summary>How far the probabilities can be believed. Confidence is the largest softmax probability (Guo et al., arXiv 1706.04599).</summary>
public sealed class Calibration
{
    private const int BinCount = 15;

    /// <summary>Measures clips.</summary>
    /// <param name="clips">Label and logits of each.</param>
    internal Calibration(IReadOnlyList<(string Name, int Label, float[] Scores)> clips)
    {
        var (counts, right, confidence) = (new int[BinCount], new int[BinCount], new double[BinCount]);
        var negativeLog = 0.0;
        foreach (var (_, label, logits) in clips)
        {
            negativeLog += Softmax.NegativeLog(logits, label);
            var probabilities = Softmax.Of(logits);
            var best = Array.IndexOf(logits, logits.Max());
            var bin = Math.Clamp((int)Math.Ceiling(probabilities[best] * BinCount) - 1, 0, BinCount - 1);
            counts[bin]++;
            confidence[bin] += probabilities[best];
            if (best == label) right[bin]++;
        }
        NegativeLogLikelihood = negativeLog / clips.Count;
        Bins =
        [
            .. Enumerable.Range(0, BinCount).Select(bin => new CalibrationBin(
                (double)bin / BinCount, (bin + 1.0) / BinCount, counts[bin],
                counts[bin] == 0 ? null : (double)right[bin] / counts[bin], counts[bin] == 0 ? null : confidence[bin] / counts[bin])),
        ];
        ExpectedError = clips.Count == 0 ? double.NaN : Bins.Where(bin => bin.Count > 0).Sum(bin => Math.Abs(bin.Accuracy!.Value - bin.Confidence!.Value) * bin.Count) / clips.Count;
    }

    /// <summary>Mean over the clips of |accuracy - confidence| of their bin (ECE); NaN without clips.</summary>
    public double ExpectedError { get; }

    /// <summary>Mean of -log p of the right class; NaN without clips.</summary>
    public double NegativeLogLikelihood { get; }

    /// <summary>15 intervals of equal width, from 0 to 1; most confidence is in the last ones.</summary>
    public IReadOnlyList<CalibrationBin> Bins { get; }
}
