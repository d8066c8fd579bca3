using System.Globalization;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Ava;

namespace CoFinetune.Training.Prediction;

/// <summary>
/// Writes every score as it comes. Actions: AVA's own <c>video,timestamp,x1,y1,x2,y2,action_id,score</c>, as <c>eval --predictions</c> does. Whole clips:
/// <c>name,timestamp,id1,probability1,…</c>, the five best, the timestamp empty for a whole video; of several classes all: <c>name,timestamp,ID,…</c>.
/// </summary>
/// <remarks>The rows go to a file beside it, which takes its name in <see cref="Complete"/>: one that was interrupted does not look whole.</remarks>
public sealed class PredictionCsv : IDisposable
{
    private const int Ranks = 5;
    private readonly string _path;
    private readonly string _rows;
    private readonly FileStream _output;
    private bool _headed;
    private bool _complete;

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public PredictionCsv(string path)
    {
        // Devices and pipes are written to directly.
        (_path, _rows) = (path, System.IO.Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal) ? path : $"{path}.part");
        _output = new FileStream(_rows, FileMode.Create, FileAccess.Write);
    }

    /// <summary>Adds the scores of some clips of one dataset.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Add(RunDataset dataset, IReadOnlyList<ClipSample> samples, float[] scores)
    {
        var (labels, classes) = (dataset.Labels, dataset.Labels.Count);
        if (dataset.Block.Data.Task == ClipTask.ActionDetection)
        {
            var boxes = new ScoredBoxes(_path, scores.Length);
            var row = 0;
            foreach (var sample in samples)
                foreach (var person in ((BoxTarget)sample.Source.Target).Boxes)
                    boxes.Add(sample.Source.Name, sample.Source.Timestamp!, person.Box, labels, scores.AsSpan(row++ * classes, classes));
            DetectionCsv.Write(_output, boxes);
            return;
        }
        var several = dataset.Block.Data.Task == ClipTask.MultiLabel;
        using var writer = new StreamWriter(_output, leaveOpen: true) { NewLine = "\n" };
        if (!_headed)
            writer.WriteLine($"name,timestamp,{string.Join(',', several ? labels.Classes.Select(c => $"{c.Id}") : Enumerable.Range(1, Math.Min(Ranks, classes)).Select(rank => $"id{rank},probability{rank}"))}");
        _headed = true;
        for (var i = 0; i < samples.Count; i++)
        {
            writer.Write($"{DetectionCsv.Field(samples[i].Source.Name)},{samples[i].Source.Timestamp}");
            var row = scores.AsSpan(i * classes, classes);
            if (several)
            {
                foreach (var score in row) writer.Write(string.Create(CultureInfo.InvariantCulture, $",{score}"));
            }
            else
            {
                var best = BestClasses.Of(row, Ranks);
                foreach (var (label, probability) in best.Zip(BestClasses.Probabilities(row, best)))
                    writer.Write(string.Create(CultureInfo.InvariantCulture, $",{labels.Classes[label].Id},{probability}"));
            }
            writer.WriteLine();
        }
    }

    /// <summary>All rows are there: gives the file its name.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Complete()
    {
        _output.Dispose();
        if (_rows != _path) File.Move(_rows, _path, overwrite: true);
        _complete = true;
    }

    /// <summary>Removes what is not complete.</summary>
    public void Dispose()
    {
        if (_complete) return;
        try
        {
            _output.Dispose();
        }
        catch (IOException)
        {
            // The disk is full, as was said before.
        }
        if (_rows != _path) File.Delete(_rows);
    }
}
