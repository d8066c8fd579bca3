using CoFinetune.Data;

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

    private MetricLog(string path, FileMode mode, TimeProvider time)
    {
        _file = new AppendFile(path, mode);
        _time = time;
    }

    /// <summary>Rows that were dropped because the run does not go on from them.</summary>
    public int Dropped { get; private set; }

    /// <summary>Starts the log of a new run.</summary>
    /// <exception cref="IOException">There is a log already.</exception>
    public static MetricLog Create(string path, TimeProvider time) => new(path, FileMode.CreateNew, time);

    /// <summary>Goes on with the log of a run; a missing log starts empty.</summary>
    /// <param name="path">The file.</param>
    /// <param name="belongs">Whether a row lies behind the run; the first that does not is dropped with all after it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DataException">A line before that, other than the last, is broken.</exception>
    public static MetricLog Resume(string path, Func<MetricRow, bool> belongs, TimeProvider time)
    {
        var log = new MetricLog(path, FileMode.OpenOrCreate, time);
        try
        {
            log.Keep(belongs);
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>The rows of a log, also of one being written.</summary>
    /// <exception cref="DataException">A line other than the last is broken.</exception>
    public static IReadOnlyList<MetricRow> Read(string path) => [.. MetricFile.Read(path)];

    /// <summary>The rows of a log one by one, also of one being written or of millions.</summary>
    /// <param name="path">The file.</param>
    /// <param name="broken">Told of each line that is no row; it is passed over.</param>
    public static IEnumerable<MetricRow> Scan(string path, Action<DataException> broken) => MetricFile.Read(path, broken);

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

    /// <summary>Drops the first row that does not belong to the run, and all after it: the run goes back there.</summary>
    /// <exception cref="DataException">A line before that, other than the last, is broken.</exception>
    public void Keep(Func<MetricRow, bool> belongs)
    {
        // What is not written yet is newer than any checkpoint.
        var kept = MetricFile.Read(_file.Path).TakeWhile(belongs).Count();
        var (length, lines) = MetricFile.LengthOf(_file.Path, kept);
        Dropped += lines - kept;
        _file.Cut(length);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();
}
