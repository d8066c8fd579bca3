using System.Text.Json;
using CoFinetune.Evaluation;
using CoFinetune.Training;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Cli.Terminal;

/// <summary>Shows a run as it goes: loss of each dataset, clips a second, time left, evaluations, checkpoints. What an evaluation found goes to the run's
/// files as <c>eval --json</c> prints it.</summary>
internal sealed class TrainingProgress(Session session, RunLog log, EvaluationFiles evaluations) : ITrainingObserver
{
    /// <summary>Weight of the newest step in the running means; about the last 20 steps count.</summary>
    private const double Newest = 0.05;

    private static readonly TimeSpan BetweenLogLines = TimeSpan.FromSeconds(60);

    private readonly ProgressLine _line = new(session);
    private long _logged = session.Time.GetTimestamp();
    private readonly SortedDictionary<string, double> _losses = new(StringComparer.Ordinal);
    private double _secondsPerStep = double.NaN;
    private double _waitPerStep;
    private double _clipsPerStep;

    public void Note(string message)
    {
        log.Say(message);
        _line.Say(message);
    }

    public void Step(StepReport report)
    {
        foreach (var (dataset, loss) in report.Losses) _losses[dataset] = _losses.TryGetValue(dataset, out var mean) ? Blend(mean, loss) : loss;
        _secondsPerStep = double.IsNaN(_secondsPerStep) ? report.Seconds : Blend(_secondsPerStep, report.Seconds);
        _waitPerStep = Blend(_waitPerStep, report.WaitSeconds);
        _clipsPerStep = _clipsPerStep == 0 ? report.Clips : Blend(_clipsPerStep, report.Clips);
        if (session.Time.GetElapsedTime(_logged) > BetweenLogLines || report.Step == report.Total)
        {
            _logged = session.Time.GetTimestamp();
            log.Say(Describe(report));
        }
        _line.Show(report.Step, report.Total, () => Describe(report));
    }

    public void Evaluating(string dataset, int done, int total) =>
        _line.Show(done, total + 1, () => $"evaluating {dataset}  {done}/{total} clips");     // + 1: the summary line ends it, not the last clip

    public void Evaluated(long step, IReadOnlyList<KeyValuePair<string, double>> metrics, IReadOnlyDictionary<string, EvaluationReport> reports)
    {
        Note($"step {step}  {string.Join("  ", metrics.Select(m => $"{m.Key} {m.Value:0.0000}"))}");
        foreach (var (dataset, report) in reports)
            if (evaluations.Write(step, dataset, JsonSerializer.Serialize(EvaluationText.ToJson(report)) + "\n") is { } problem) Note($"not written: {problem}");
    }

    public void Saved(long step, string folder) => Note($"saved {folder}");

    private static double Blend(double mean, double value) => mean + Newest * (value - mean);

    private string Describe(StepReport report)
    {
        var left = TimeSpan.FromSeconds(_secondsPerStep * (report.Total - report.Step));
        var losses = string.Join("  ", _losses.Select(l => $"{l.Key} {l.Value:0.000}"));
        var wait = _waitPerStep / _secondsPerStep;
        return $"step {report.Step}/{report.Total}  loss {losses}  lr {report.LearningRate:0.0e+0}  {_clipsPerStep / _secondsPerStep:0.0} clips/s"
            + $"{(wait > 0.05 ? $" ({wait:P0} waiting for data)" : "")}  eta {Short(left)}";
    }

    private static string Short(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}" : $"{time.Minutes}:{time.Seconds:00}";
}
