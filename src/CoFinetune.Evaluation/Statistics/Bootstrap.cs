namespace CoFinetune.Evaluation.Statistics;

/// <summary>A figure of the units as often as they were drawn; NaN where it is not defined.</summary>
/// <param name="times">How often each unit was drawn.</param>
public delegate double Statistic(ReadOnlySpan<int> times);

/// <summary>The percentile bootstrap: how far a figure moves when the units it stands on are drawn anew with replacement.</summary>
public static class Bootstrap
{
    /// <summary>Computes <paramref name="statistic"/> of the units as they are and of every draw, the draws in parallel.</summary>
    public static BootstrapEstimate Of(Resamples resamples, Statistic statistic)
    {
        var replicates = new double[resamples.Count];
        Parallel.For(
            0, resamples.Count,
            () => new int[resamples.Units],
            (draw, _, times) =>
            {
                resamples.Fill(draw, times);
                replicates[draw] = statistic(times);
                return times;
            },
            _ => { });
        return new BootstrapEstimate(statistic(Once(resamples.Units)), replicates);
    }

    /// <summary>Mean of the values of the drawn units.</summary>
    public static Statistic Mean(IReadOnlyList<double> values) => times =>
    {
        double sum = 0, count = 0;
        for (var i = 0; i < times.Length; i++)
        {
            sum += times[i] * values[i];
            count += times[i];
        }
        return sum / count;
    };

    /// <summary>Sum of the drawn numerators over the sum of the drawn denominators; not the mean of ratios.</summary>
    public static Statistic RatioOfSums(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators) => times =>
    {
        double above = 0, below = 0;
        for (var i = 0; i < times.Length; i++)
        {
            above += times[i] * numerators[i];
            below += times[i] * denominators[i];
        }
        return above / below;
    };

    /// <summary>How much <paramref name="value"/> is above <paramref name="baseline"/>, both on the same draw.</summary>
    public static Statistic PairedDifference(Statistic value, Statistic baseline) => times => value(times) - baseline(times);

    /// <summary>Every unit drawn once: the figure as it is.</summary>
    internal static int[] Once(int units)
    {
        var times = new int[units];
        Array.Fill(times, 1);
        return times;
    }
}
