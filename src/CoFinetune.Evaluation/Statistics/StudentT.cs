namespace CoFinetune.Evaluation.Statistics;

/// <summary>Student's t distribution, by the regularised incomplete beta function (continued fraction, as in Numerical Recipes 6.4).</summary>
public static class StudentT
{
    private const double Tiny = 1e-300;

    /// <summary>The value that a t-distributed figure stays below with probability <paramref name="probability"/>.</summary>
    /// <param name="probability">Above 0 and below 1.</param>
    /// <param name="degrees">Degrees of freedom; above 0, need not be whole.</param>
    public static double Quantile(double probability, double degrees)
    {
        if (!(probability > 0 && probability < 1)) throw new ArgumentOutOfRangeException(nameof(probability));
        if (!(degrees > 0)) throw new ArgumentOutOfRangeException(nameof(degrees));
        if (probability < 0.5) return -Quantile(1 - probability, degrees);
        // Doubled until it is beyond, then halved until nothing moves any more.
        double low = 0, high = 1;
        while (Below(high, degrees) < probability) high *= 2;
        while (true)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) return middle;
            if (Below(middle, degrees) < probability) low = middle;
            else high = middle;
        }
    }

    /// <summary>The probability to stay below <paramref name="t"/>, which is 0 or above.</summary>
    private static double Below(double t, double degrees) => 1 - IncompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;

    private static double IncompleteBeta(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x));
        // The fraction converges fast on this side of the mean; the other side follows by symmetry.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - front * Fraction(1 - x, b, a) / b;
    }

    private static double Fraction(double x, double a, double b)
    {
        double c = 1, d = 1 / Away(1 - (a + b) * x / (a + 1)), value = d;
        for (var m = 1; m < 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Away(1 + even * d);
            c = Away(1 + even / c);
            value *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Away(1 + odd * d);
            c = Away(1 + odd / c);
            value *= d * c;
            if (Math.Abs(d * c - 1) < 1e-15) break;
        }
        return value;
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;

    /// <summary>Logarithm of the gamma function for positive arguments: Lanczos' series, accurate to 1e-14.</summary>
    private static double LogGamma(double x)
    {
        ReadOnlySpan<double> series =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        if (x < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x -= 1;
        var sum = series[0];
        for (var i = 1; i < series.Length; i++) sum += series[i] / (x + i);
        var t = x + series.Length - 1.5;
        return 0.5 * Math.Log(2 * Math.PI) + (x + 0.5) * Math.Log(t) - t + Math.Log(sum);
    }
}
