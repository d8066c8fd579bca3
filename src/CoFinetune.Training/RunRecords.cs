using CoFinetune.Data;
using CoFinetune.Training.Tracking;
using CoFinetune.Training.Tracking.TensorBoard;

namespace CoFinetune.Training;

/// <summary>The figures of a run, written as they come in every form that they are kept in: <c>metrics.jsonl</c>, and event files of TensorBoard.</summary>
internal sealed class RunRecords : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Action<string> _note;
    private readonly MetricLog _metrics;
    private readonly string _metricsFile;
    private readonly EventFile? _events;

    private RunRecords(MetricLog metrics, string metricsFile, EventFile? events, TimeProvider time, Action<string> note) =>
        (_metrics, _metricsFile, _events, _time, _note) = (metrics, metricsFile, events, time, note);

    /// <summary>Goes on with the records of a run, or starts them.</summary>
    /// <param name="directory">The run.</param>
    /// <param name="tensorBoard">Whether event files are written.</param>
    /// <param name="step">Steps that the run has behind it; -1 for a new one.</param>
    /// <param name="belongs">Whether a row lies behind the run; the first that does not is dropped with all after it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="note">Told what cannot be written; nothing of it ends a run.</param>
    /// <exception cref="DataException">A line of <c>metrics.jsonl</c> other than the last is broken.</exception>
    public static RunRecords Resume(RunDirectory directory, bool tensorBoard, long step, Func<MetricRow, bool> belongs, TimeProvider time, Action<string> note)
    {
        var metrics = MetricLog.Resume(directory.MetricsFile, belongs, time);
        EventFile? events = null;
        try
        {
            if (tensorBoard) events = EventFile.Start(directory.TensorBoard, step, time);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            note($"nothing is written for TensorBoard: {failure.Message}");
        }
        return new(metrics, directory.MetricsFile, events, time, note);
    }

    /// <summary>Writes a row.</summary>
    /// <param name="step">Steps completed.</param>
    /// <param name="values">Figures by name.</param>
    public void Append(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var row = new MetricRow(step, _time.GetUtcNow(), [.. values]);
        if (_metrics.Append(row) is { } problem) _note($"{_metricsFile}: {problem}; the row is kept and written with the next one");
        if (_events?.Append(row) is { } other) _note($"TensorBoard's events: {other}; the row is kept and written with the next one");
    }

    /// <summary>Writes what a step did.</summary>
    public void Append(StepReport report) => Append(report.Step, Values(report));

    /// <summary>The run goes back to <paramref name="step"/>: what does not belong to it is dropped, as in <see cref="Resume"/>.</summary>
    /// <exception cref="DataException">A line of <c>metrics.jsonl</c> other than the last is broken.</exception>
    public void GoBack(long step, Func<MetricRow, bool> belongs)
    {
        _metrics.Keep(belongs);
        _events?.DropAfter(step);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        _metrics.Dispose();
        _events?.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, double>> Values(StepReport report)
    {
        yield return new(MetricRow.Loss, report.Loss);
        foreach (var (dataset, loss) in report.Losses) yield return new($"loss/{dataset}", loss);
        yield return new("lr", report.LearningRate);
        yield return new("gradient_norm", report.GradientNorm);
        foreach (var (dataset, norm) in report.Gradients?.Norms ?? []) yield return new($"gradient_norm/{dataset}", norm);
        foreach (var (first, second, cosine) in report.Gradients?.Cosines ?? []) yield return new($"gradient_cosine/{first}.{second}", cosine);
        yield return new("clips_per_s", report.Clips / report.Seconds);
        yield return new("step_s", report.Seconds);
        yield return new("wait_share", report.WaitSeconds / report.Seconds);
        foreach (var value in report.Memory.Values) yield return value;
    }
}
