using System.Globalization;
using System.Text;
using CoFinetune.Cli.Terminal;
using CoFinetune.Training.Sweeps;

namespace CoFinetune.Cli.Sweeps;

/// <summary>The jobs of a sweep as one table: for people, as csv, as JSON.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="record">What became of its jobs.</param>
internal sealed class SweepText(SweepPlan plan, SweepRecord record)
{
    private readonly IReadOnlyList<SweepEntry> _jobs = [.. record.Jobs.Take(plan.Jobs.Count)];

    /// <summary>The jobs; those with the largest metric first where the sweep names one.</summary>
    private IReadOnlyList<SweepEntry> Ranked => plan.Metric is { } metric
        ? [.. _jobs.OrderByDescending(job => job.Metrics.GetValueOrDefault(metric) ?? double.NegativeInfinity)]
        : _jobs;

    private IReadOnlyList<string> Metrics => [.. _jobs.SelectMany(job => job.Metrics.Keys).Distinct()];

    /// <summary>The best finished job by the sweep's metric; null where there is none.</summary>
    private SweepEntry? Best => plan.Metric is { } metric && Ranked[0].Metrics.GetValueOrDefault(metric) is not null ? Ranked[0] : null;

    public void Print(TextWriter output)
    {
        var table = new TextTable(["job", .. plan.Keys, .. Metrics, "state", "seconds", "exit code"]) { LeftAligned = [1 + plan.Keys.Count + Metrics.Count] };
        foreach (var job in Ranked)
        {
            table.Add(
            [
                job.Job,
                .. plan.Keys.Select(key => Cut(job.Values[key])),
                .. Metrics.Select(metric => job.Metrics.GetValueOrDefault(metric) is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "-"),
                StateOf(job),
                job.Starts == 0 ? "-" : job.Seconds.ToString("0", CultureInfo.InvariantCulture),
                job.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "-",
            ]);
        }
        output.Write(table);
        if (Best is { } best) output.WriteLine($"best {plan.Metric}: {best.Job}");
    }

    public string ToCsv()
    {
        var text = new StringBuilder();
        text.Append(CsvText.Row(["job", .. plan.Keys, .. Metrics, "state", "starts", "seconds", "exit_code", "run_dir", "checkpoint"])).Append('\n');
        foreach (var job in _jobs)
        {
            text.Append(CsvText.Row(
            [
                job.Job,
                .. plan.Keys.Select(key => job.Values[key]),
                .. Metrics.Select(metric => job.Metrics.GetValueOrDefault(metric)?.ToString(CultureInfo.InvariantCulture) ?? ""),
                StateOf(job),
                job.Starts.ToString(CultureInfo.InvariantCulture),
                job.Seconds.ToString(CultureInfo.InvariantCulture),
                job.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "",
                job.RunDir,
                job.Checkpoint ?? "",
            ])).Append('\n');
        }
        return text.ToString();
    }

    public Dictionary<string, object?> ToJson(SweepFolder folder, int exitCode) => new()
    {
        ["schema_version"] = 1,
        ["name"] = plan.Name,
        ["folder"] = folder.Path,
        ["results"] = folder.ResultsFile,
        ["exit_code"] = exitCode,
        ["metric"] = plan.Metric,
        ["best"] = Best?.Job,
        ["finished"] = Count(SweepState.Finished),
        ["failed"] = Count(SweepState.Failed),
        ["stopped"] = Count(SweepState.Stopped),
        ["pending"] = Count(SweepState.Pending),
        ["jobs"] = _jobs.Select(job => new Dictionary<string, object?>
        {
            ["job"] = job.Job,
            ["values"] = job.Values.ToDictionary(pair => pair.Key, pair => Typed(pair.Value)),
            ["state"] = StateOf(job),
            ["exit_code"] = job.ExitCode,
            ["starts"] = job.Starts,
            ["seconds"] = job.Seconds,
            ["metrics"] = job.Metrics,
            ["run_dir"] = job.RunDir,
            ["checkpoint"] = job.Checkpoint,
            ["error"] = job.Error,
        }),
    };

    /// <summary>8 where a job failed, 75 where one can be gone on with, else 0.</summary>
    public int ExitCode() => Count(SweepState.Failed) > 0 ? ExitCodes.SweepJobs : Count(SweepState.Finished) < _jobs.Count ? ExitCodes.StoppedResumable : ExitCodes.Ok;

    private int Count(SweepState state) => _jobs.Count(job => job.State == state);

    private static string StateOf(SweepEntry job) => job.State.ToString().ToLowerInvariant();

    private static object Typed(string yaml) => double.TryParse(yaml, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : yaml;

    private static string Cut(string value) => value.Length <= 40 ? value : value[..39] + "…";
}
