using CoFinetune.Evaluation;

namespace CoFinetune.Cli.Commands;

/// <summary>Where <c>eval --predictions</c> writes.</summary>
internal static class PredictionFile
{
    /// <summary>Writes a report's predictions to <paramref name="path"/>, or to <c>NAME.csv</c> in that folder when several datasets are scored.</summary>
    /// <returns>The file.</returns>
    public static string Write(EvaluationReport report, string path, string? dataset)
    {
        var file = dataset is not null ? Path.Combine(path, $"{dataset}.csv") : Path.HasExtension(path) ? path : $"{path}.csv";
        if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        using var output = File.Create(file);
        report.WritePredictions(output);
        return file;
    }
}
