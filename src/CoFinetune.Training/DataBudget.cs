using System.Text.Encodings.Web;
using System.Text.Json;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training;

/// <summary>
/// Counts the training clips that cannot be loaded, writes each to <c>data_errors.jsonl</c>, and ends the run once a dataset has more than its
/// <c>max_bad_fraction</c>. Counts follow the steps, not the loading, so a run stops at the same step whatever loads its clips.
/// </summary>
internal sealed class DataBudget
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyList<RunDataset> _datasets;
    private readonly string _file;
    private readonly Action<string> _say;
    private readonly HashSet<(string Dataset, int Entry)> _known = [];
    private readonly List<string> _lines = [];
    private bool _whole = true;

    /// <summary>Starts or goes on counting.</summary>
    /// <param name="datasets">The datasets of the run.</param>
    /// <param name="file">The list of failures; rows of <paramref name="step"/> and later are dropped.</param>
    /// <param name="step">The step that comes next.</param>
    /// <param name="say">Told of each clip the first time.</param>
    /// <exception cref="DataException">A line of the list is broken.</exception>
    public DataBudget(IReadOnlyList<RunDataset> datasets, string file, long step, Action<string> say)
    {
        (_datasets, _file, _say) = (datasets, file, say);
        if (!File.Exists(file)) return;
        var kept = Read(file).Where(row => row.Step < step).ToList();
        foreach (var row in kept) _known.Add((row.Dataset, row.Entry));
        _lines.AddRange(kept.Select(row => row.Line + "\n"));
        new DurableFiles().WriteText(file, string.Concat(_lines));
    }

    /// <summary>Takes note of the failures behind the clips of a step.</summary>
    /// <exception cref="DataException">A dataset has more of them than it may.</exception>
    public void Take(long step, IReadOnlyList<ClipSample> samples)
    {
        foreach (var sample in samples)
        {
            foreach (var bad in sample.Bad) Take(step, _datasets[sample.Dataset], bad);
        }
    }

    private void Take(long step, RunDataset dataset, BadClip bad)
    {
        if (!_known.Add((dataset.Name, bad.Item))) return;
        Write(Line(step, dataset.Name, bad) + "\n");
        var (count, all) = (_known.Count(known => known.Dataset == dataset.Name), dataset.Train!.Items.Count);
        var allowed = (int)(dataset.Block.Data.MaxBadFraction * all);
        if (allowed == 0) throw bad.Cause;
        if (count > allowed)
        {
            throw new DataException(
                bad.Cause.File, bad.Cause.Line, $"{bad.Cause.Problem}; with it {count} of the {all} training clips cannot be loaded, {allowed} may (max_bad_fraction)",
                $"see {_file}; mend the files, take them off the list, or raise datasets.{dataset.Name}.data.max_bad_fraction", bad.Cause);
        }
        _say($"passed over {bad.Cause.Message}; another clip stands in ({count} of {allowed} that may)");
    }

    /// <summary>Appends a line; after one that a full disk cut off, writes all of them anew.</summary>
    private void Write(string line)
    {
        _lines.Add(line);
        try
        {
            if (_whole) File.AppendAllText(_file, line);
            else new DurableFiles().WriteText(_file, string.Concat(_lines));
            _whole = true;
        }
        catch (IOException failure)
        {
            _whole = false;
            _say($"{_file}: {failure.Message}; the line is kept and written with the next one");
        }
    }

    private static string Line(long step, string dataset, BadClip bad) => JsonSerializer.Serialize(
        new Dictionary<string, object> { ["step"] = step, ["dataset"] = dataset, ["entry"] = bad.Item, ["path"] = bad.Cause.File, ["reason"] = bad.Cause.Problem }, Plain);

    private static IEnumerable<(long Step, string Dataset, int Entry, string Line)> Read(string file)
    {
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            (long, string, int, string)? row = null;
            try
            {
                using var json = JsonDocument.Parse(lines[i]);
                row = (json.RootElement.GetProperty("step").GetInt64(), json.RootElement.GetProperty("dataset").GetString()!, json.RootElement.GetProperty("entry").GetInt32(), lines[i]);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
            {
                // The last line may have been cut off by a crash; its clip is met and noted again.
                if (i < lines.Length - 1) throw new DataException(file, i + 1, $"not a line of data errors: {error.Message}", "delete the line", error);
            }
            if (row is { } whole) yield return whole;
        }
    }
}
