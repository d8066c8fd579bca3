using System.Globalization;
using CoFinetune.Data;

namespace CoFinetune.Evaluation;

/// <summary>The report of a classification dataset.</summary>
public sealed record ClipReport : EvaluationReport
{
    private readonly LabelMap _labels;
    private readonly IReadOnlyList<ClipPrediction> _predictions;

    internal ClipReport(LabelMap labels, IReadOnlyList<ClipPrediction> predictions) => (_labels, _predictions) = (labels, predictions);

    /// <summary>Writes <c>name,label_id,id1,probability1,…</c>, a header first: the right class and up to five best, by published id, with
    /// softmax probabilities.</summary>
    public override void WritePredictions(Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        writer.Write("name,label_id");
        for (var rank = 1; rank <= Math.Min(5, _labels.Count); rank++) writer.Write($",id{rank},probability{rank}");
        writer.WriteLine();
        foreach (var prediction in _predictions)
        {
            writer.Write(Ava.DetectionCsv.Field(prediction.Name));
            writer.Write($",{_labels.Classes[prediction.Label].Id}");
            for (var rank = 0; rank < prediction.Best.Length; rank++)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{_labels.Classes[prediction.Best[rank]].Id},{prediction.Probabilities[rank]}"));
            writer.WriteLine();
        }
    }
}
