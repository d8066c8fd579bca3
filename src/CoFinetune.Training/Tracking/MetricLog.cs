using System.Text;
using CoFinetune.Data;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training.Tracking;

/// <summary>
/// <c>metrics.jsonl</c> of a run, open for appending. A resumed run drops the rows beyond its checkpoint, so that its log reads
/// like that of a run that was never interrupted.
/// </summary>
public sealed class MetricLog : IDisposable
{
    private static readonly string[] Reserved = ["step", "time"];

    private readonly AppendFile _file;
    private readonly TimeProvider _time;

    private MetricLog(string path, TimeProvider time, int dropped)
    {
        _file = new AppendFile(path);
        _time = time;
        Dropped = dropped;
    }

    /// <summary>Rows that were dropped because they lay beyond the resumed step.</summary>
    public int Dropped { get; }

    /// <summary>Starts the log of a new run.</summary>
    /// <exception cref="IOException">There is a log already.</exception>
    public static MetricLog Create(string path, TimeProvider time)
    {
        using (new FileStream(path, FileMode.CreateNew)) { }
        return new(path, time, 0);
    }

    /// <summary>Goes on with the log of a run whose checkpoint has <paramref name="step"/> steps; a missing log starts empty.</summary>
    /// <exception cref="DataException">A line other than the last is broken.</exception>
    public static MetricLog Resume(string path, long step, TimeProvider time)
    {
        if (!File.Exists(path)) return Create(path, time);
        var rows = MetricFile.Read(path).ToList();
        var kept = rows.Where(pair => pair.Row.Step <= step).ToList();
        new DurableFiles().WriteText(path, string.Concat(kept.Select(pair => pair.Line + "\n")));
        return new(path, time, rows.Count - kept.Count);
    }

    /// <summary>The rows of a log, also of one being written.</summary>
    /// <exception cref="DataException">A line other than the last is broken.</exception>
    public static IReadOnlyList<MetricRow> Read(string path) => [.. MetricFile.Read(path).Select(pair => pair.Row)];

    /// <summary>Appends a row and hands it to the system, so that another program sees it at once.</summary>
    /// <param name="step">Steps completed.</param>
    /// <param name="values">Metrics by name, in the order of the line; NaN and infinity are written as null.</param>
    /// <returns>Null, or why the row could not be written, a full disk say; it is then written with the next one.</returns>
    /// <exception cref="ArgumentException">A metric is named <c>step</c> or <c>time</c>.</exception>
    public string? Append(long step, IEnumerable<KeyValuePair<string, double>> values) => Append(new MetricRow(step, _time.GetUtcNow(), [.. values]));

    /// <summary>Appends a row, as <see cref="Append(long, IEnumerable{KeyValuePair{string, double}})"/>.</summary>
    internal string? Append(MetricRow row) => row.Values.Any(pair => Reserved.Contains(pair.Key))
        ? throw new ArgumentException("'step' and 'time' are not names of metrics", nameof(row))
        : _file.Append(MetricFile.Line(row));

    /// <summary>Drops the rows beyond <paramref name="step"/>: the run goes back there.</summary>
    /// <exception cref="DataException">A line other than the last is broken.</exception>
    public void DropAfter(long step)
    {
        // What is not written yet is newer than any checkpoint.
        var kept = MetricFile.Read(_file.Path).TakeWhile(pair => pair.Row.Step <= step);
        _file.Cut(kept.Sum(pair => Encoding.UTF8.GetByteCount(pair.Line) + 1L));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
