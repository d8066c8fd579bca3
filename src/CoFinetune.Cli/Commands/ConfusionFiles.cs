using System.Globalization;
using CoFinetune.Cli.Pictures;
using CoFinetune.Cli.Terminal;
using CoFinetune.Evaluation;

namespace CoFinetune.Cli.Commands;

/// <summary>What <c>eval --confusion DIR</c> writes: <c>NAME_confusion.csv</c> and <c>NAME_confusion.png</c> for each dataset of one class a clip.</summary>
internal static class ConfusionFiles
{
    /// <summary>A matrix of more classes is no picture any more: 2000 x 2000 are 12 MB of pixels.</summary>
    private const int MostPictured = 2000;

    /// <summary>The file of a dataset.</summary>
    public static string Of(string folder, string dataset, string extension) => Path.Combine(folder, $"{dataset}_confusion.{extension}");

    /// <summary>Writes the files of a report and says so, or why there are none.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(Session session, EvaluationReport report, string folder, string dataset)
    {
        if (report is not ClipReport clips)
        {
            session.Say($"{dataset}: no confusion matrix, its {(report is DetectionReport ? "boxes" : "clips")} have several classes");
            return;
        }
        var (table, picture) = (Of(folder, dataset, "csv"), Of(folder, dataset, "png"));
        using (var csv = new StreamWriter(table) { NewLine = "\n" })
        {
            csv.WriteLine(CsvText.Row(["id", "class", .. clips.Labels.Classes.Select(c => Number(c.Id))]));
            for (var right = 0; right < clips.Confusion.Classes; right++)
                csv.WriteLine(CsvText.Row([Number(clips.Labels.Classes[right].Id), clips.Labels.Classes[right].Name, .. clips.Confusion.Row(right).Select(Number)]));
        }
        session.Say($"wrote {table}");
        if (clips.Confusion.Classes > MostPictured)
        {
            session.Say($"{dataset}: no picture of {clips.Confusion.Classes} classes, {MostPictured} are the most");
            return;
        }
        using (var png = File.Create(picture)) PngWriter.Write(png, ConfusionPicture.Draw(clips.Confusion, clips.Labels, dataset));
        session.Say($"wrote {picture}");
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
