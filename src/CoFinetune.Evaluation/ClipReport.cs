using System.Globalization;
using CoFinetune.Data;
using CoFinetune.Evaluation.Clips;

namespace CoFinetune.Evaluation;

/// <summary>The report of a classification dataset. What goes beyond its metrics is computed when it is first asked for.</summary>
public sealed record ClipReport : EvaluationReport
{
    private readonly ScoredClips<int> _clips;
    private readonly Lazy<ConfusionMatrix> _confusion;
    private readonly Lazy<Calibration> _calibration;
    private readonly Lazy<IReadOnlyList<(double Plain, double Interpolated)?>> _precisions;

    internal ClipReport(LabelMap labels, ScoredClips<int> clips, ClipStatistics statistics)
    {
        (Labels, _clips, Statistics) = (labels, clips, statistics);
        _confusion = new(() => new ConfusionMatrix(labels.Count, clips.Clips));
        _calibration = new(() => new Calibration(clips.Clips));
        _precisions = new(Precisions);
    }

    /// <summary>The classes.</summary>
    public LabelMap Labels { get; }

    /// <summary>Frequent and rare classes, and confidence intervals.</summary>
    public ClipStatistics Statistics { get; }

    /// <summary>Which class was taken for which.</summary>
    public ConfusionMatrix Confusion => _confusion.Value;

    /// <summary>How far the probabilities can be believed.</summary>
    public Calibration Calibration => _calibration.Value;

    /// <summary>Average precision of each class against the rest, clips ranked by the class's softmax probability: without interpolation
    /// (scikit-learn), and with precision made monotone (Pascal VOC 2010); null without clips of the class.</summary>
    public IReadOnlyList<(double Plain, double Interpolated)?> Precision => _precisions.Value;

    /// <summary>Writes <c>name,label_id,id1,probability1,…</c>, a header first: the right class and up to five best, by published id, with
    /// softmax probabilities.</summary>
    public override void WritePredictions(Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        writer.Write("name,label_id");
        for (var rank = 1; rank <= Math.Min(5, Labels.Count); rank++) writer.Write($",id{rank},probability{rank}");
        writer.WriteLine();
        foreach (var (name, label, logits) in _clips.Clips)
        {
            var prediction = ClipPrediction.Of(logits);
            writer.Write(Ava.DetectionCsv.Field(name));
            writer.Write($",{Labels.Classes[label].Id}");
            for (var rank = 0; rank < prediction.Best.Length; rank++)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{Labels.Classes[prediction.Best[rank]].Id},{prediction.Probabilities[rank]}"));
            writer.WriteLine();
        }
    }

    private (double Plain, double Interpolated)?[] Precisions()
    {
        var probabilities = _clips.Clips.Select(clip => Softmax.Of(clip.Scores)).ToList();
        var once = Evaluation.Statistics.Bootstrap.Once(_clips.VideoCount);
        var precisions = new (double, double)?[Labels.Count];
        Parallel.For(0, Labels.Count, label =>
        {
            bool[] positives = [.. _clips.Clips.Select(clip => clip.Label == label)];
            if (!positives.Contains(true)) return;
            var ranked = new RankedPrecision([.. probabilities.Select(row => row[label])], positives, _clips.Videos);
            precisions[label] = (ranked.Of(once), ranked.Interpolated());
        });
        return precisions;
    }
}
