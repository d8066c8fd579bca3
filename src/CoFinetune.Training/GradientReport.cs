namespace CoFinetune.Training;

/// <summary>How the datasets of a step pull at the trunk: the part of its gradient that each one brings, with its loss weight and learning rate.</summary>
/// <param name="Norms">Euclidean norm of each dataset's part; of all trained parameters of the trunk, before clipping.</param>
/// <param name="Cosines">Cosine of each pair of parts, in the order of the run file: below 0 the two work against each other; NaN where a part is 0.</param>
public sealed record GradientReport(
    IReadOnlyList<(string Dataset, double Norm)> Norms, IReadOnlyList<(string First, string Second, double Cosine)> Cosines)
{
    /// <summary>The report on parts with these inner products.</summary>
    /// <param name="datasets">The dataset of each part.</param>
    /// <param name="products">Inner product of part i and part j.</param>
    internal static GradientReport Of(IReadOnlyList<string> datasets, double[,] products)
    {
        var norms = datasets.Select((_, i) => Math.Sqrt(products[i, i])).ToList();
        return new(
            [.. datasets.Zip(norms)],
            [.. from i in Enumerable.Range(0, norms.Count)
                from j in Enumerable.Range(i + 1, norms.Count - i - 1)
                select (datasets[i], datasets[j], products[i, j] / (norms[i] * norms[j]))]);
    }
}
