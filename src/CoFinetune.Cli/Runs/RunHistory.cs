using CoFinetune.Data;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Cli.Runs;

/// <summary>What <c>metrics.jsonl</c> of a run says: its training figures as curves, its evaluations one by one.</summary>
internal sealed class RunHistory
{
    /// <summary>Share of a step that was waiting for its clips.</summary>
    public const string WaitShare = "wait_share";

    /// <summary>Seconds of a step.</summary>
    public const string StepSeconds = "step_s";

    /// <summary>Seconds of it that were waiting; not in the file, but made of the two others.</summary>
    public const string WaitSeconds = "wait_s";

    private readonly Dictionary<string, Curve> _curves = [];
    private readonly List<MetricRow> _evaluations = [];

    private RunHistory()
    {
    }

    /// <summary>Figures of the training steps by name.</summary>
    public IReadOnlyDictionary<string, Curve> Curves => _curves;

    /// <summary>What the evaluations measured, in the order of the steps.</summary>
    public IReadOnlyList<MetricRow> Evaluations => _evaluations;

    /// <summary>Names of what evaluations measured, in the order of their rows.</summary>
    public IReadOnlyList<string> Metrics => [.. _evaluations.SelectMany(row => row.Values.Select(value => value.Key)).Distinct()];

    /// <summary>Steps that were passed over because a loss or gradient was not finite.</summary>
    public long Skipped { get; private set; }

    /// <summary>When the first row was written; null without rows.</summary>
    public DateTimeOffset? First { get; private set; }

    /// <summary>When the last row was written; null without rows.</summary>
    public DateTimeOffset? Last { get; private set; }

    /// <summary>Steps of the last row; 0 without rows.</summary>
    public long Step { get; private set; }

    /// <summary>What is wrong with the file; null when nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads a log, also of a run that is training; one that is not there has no rows.</summary>
    public static RunHistory Read(string path)
    {
        var history = new RunHistory();
        if (!File.Exists(path)) return history;
        var broken = new List<DataException>();
        try
        {
            foreach (var row in MetricLog.Scan(path, broken.Add)) history.Add(row);
        }
        catch (DataException endless)
        {
            broken.Add(endless);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            history.Problem = $"{path}: {failure.Message}";
        }
        if (broken is [var first, ..]) history.Problem = broken.Count == 1 ? first.Message : $"{first.Message}; {broken.Count} lines of this kind were passed over";
        return history;
    }

    /// <summary>A metric after each evaluation that has it.</summary>
    public IReadOnlyList<(long Step, double Value)> Of(string metric) =>
        [.. _evaluations.Select(row => (row.Step, Value: row[metric])).Where(row => row.Value is not null).Select(row => (row.Step, row.Value!.Value))];

    private void Add(MetricRow row)
    {
        First ??= row.Time;
        (Last, Step) = (row.Time, row.Step);
        if (row.IsEvaluation)
        {
            _evaluations.Add(row);
            return;
        }
        foreach (var (name, value) in row.Values)
        {
            if (name == MetricRow.Skipped)
            {
                Skipped++;
                continue;
            }
            Add(name, row.Step, value);
            if (name == WaitShare && row[StepSeconds] is { } seconds) Add(WaitSeconds, row.Step, value * seconds);
        }
    }

    private void Add(string name, long step, double value)
    {
        if (!_curves.TryGetValue(name, out var curve)) _curves[name] = curve = new Curve();
        curve.Add(step, value);
    }
}
