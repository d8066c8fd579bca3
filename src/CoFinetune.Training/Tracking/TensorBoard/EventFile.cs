using System.Globalization;

namespace CoFinetune.Training.Tracking.TensorBoard;

/// <summary>
/// A file of scalars for TensorBoard, <c>events.out.tfevents.TIME.MACHINE.PROCESS</c>. Each start of a run writes a file of its own, and
/// TensorBoard reads those of a folder in the order of their names as one run.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Prefix = "events.out.tfevents.";

    private readonly AppendFile _file;
    private readonly TimeProvider _time;

    private EventFile(AppendFile file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Starts a file beside those of earlier starts.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="step">Steps that the run has behind it; -1 for a new one, which drops all that lies there.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static EventFile Start(string folder, long step, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var newest = Directory.EnumerateFiles(folder, Prefix + "*").Select(SecondsOf).DefaultIfEmpty().Max();
        var seconds = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), newest + 1);       // also after a second start within a second, or a clock set back
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{seconds:0000000000}.{Environment.MachineName}.{Environment.ProcessId}");
        var file = new EventFile(new AppendFile(Path.Combine(folder, name)), time);
        file._file.Append(EventRecord.FileStart(time.GetUtcNow()));
        file.DropAfter(step);
        return file;
    }

    /// <summary>Appends a row as it stands in <c>metrics.jsonl</c>, NaN as NaN.</summary>
    /// <returns>Null, or why it could not be written; it is then written with the next one.</returns>
    public string? Append(MetricRow row) => _file.Append(EventRecord.Scalars(row));

    /// <summary>The run goes on after <paramref name="step"/> steps, whatever was written of later ones.</summary>
    public void DropAfter(long step) => _file.Append(EventRecord.SessionStart(_time.GetUtcNow(), step + 1));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static long SecondsOf(string path) =>
        long.TryParse(Path.GetFileName(path)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
}
