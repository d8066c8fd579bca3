using System.Globalization;
using CoFinetune.Evaluation.Ava;

namespace CoFinetune.Cli.Terminal;

/// <summary>Writes precision and recall of every class as csv.</summary>
internal static class AvaCurveText
{
    public static void Write(AvaScore score, string file)
    {
        using var output = new StreamWriter(file) { NewLine = "\n" };
        output.WriteLine("class_id,class,score,detections,hits,recall,precision,envelope");
        for (var label = 0; label < score.Classes.Count; label++)
        {
            var place = CsvText.Row($"{score.Classes[label].Id}", score.Classes[label].Name);
            foreach (var p in score.Curve(label))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{place},{p.Score},{p.Detections},{p.Hits},{p.Recall},{p.Precision},{p.Envelope}"));
        }
    }
}
