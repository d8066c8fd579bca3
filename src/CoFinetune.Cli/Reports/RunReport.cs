using CoFinetune.Cli.Runs;

namespace CoFinetune.Cli.Reports;

/// <summary>The report on runs: one page that stands alone, and its plots.</summary>
/// <param name="Page">The HTML: no scripts, nothing from elsewhere, light or dark as the reader likes it.</param>
/// <param name="Plots">The plots that are in it.</param>
internal sealed record RunReport(string Page, IReadOnlyList<Drawing> Plots)
{
    /// <summary>Makes the report.</summary>
    /// <param name="runs">The runs; at least one.</param>
    /// <param name="now">The time that it says it was made.</param>
    /// <param name="drawn">Told how many plots are done.</param>
    public static RunReport Of(IReadOnlyList<StoredRun> runs, DateTimeOffset now, Action<int> drawn)
    {
        var all = new List<Drawing>();
        var labels = Labels(runs);
        var plots = new ReportPlots(runs, labels, () => drawn(all.Count));
        var page = new ReportPage(runs, labels, plots, all);
        return new(page.Write(now), all);
    }

    /// <summary>The shortest names that tell the runs apart: group and seed, where these do, or else folders.</summary>
    private static List<string> Labels(IReadOnlyList<StoredRun> runs)
    {
        if (runs.Count > 1)
        {
            var groups = SeedGroup.Of(runs);
            var seeds = runs.Select(run => $"{groups.First(group => group.Runs.Contains(run) || group.Doubles.Contains(run)).Name}, seed {run.Setting("seed")}").ToList();
            if (seeds.Distinct().Count() == seeds.Count && runs.All(run => run.Setting("seed") is not null)) return seeds;
        }
        var names = runs.Select(run => new DirectoryInfo(run.Path).Name).ToList();
        if (names.Distinct().Count() < names.Count) names = [.. runs.Select(run => run.Name)];
        return names.Distinct().Count() < names.Count ? [.. runs.Select(run => run.Path)] : names;
    }
}
