using CoFinetune.Evaluation;

namespace CoFinetune.Cli.Commands;

/// <summary>Where <c>eval --predictions</c> writes.</summary>
internal static class PredictionFile
{
    /// <summary>The file of a dataset: <paramref name="path"/>, or <c>NAME.csv</c> in that folder when several are scored.</summary>
    public static string Of(string path, string dataset, bool several) =>
        several ? Path.Combine(path, $"{dataset}.csv") : Path.HasExtension(path) ? path : $"{path}.csv";

    /// <summary>Sees to it, before the work, that the file can be written; what is in it stays.</summary>
    /// <param name="file">The file.</param>
    /// <param name="option">The option that named it, for the message.</param>
    /// <exception cref="IOException">It cannot.</exception>
    public static void Require(string file, string option = "--predictions")
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{option} {file}: cannot be written: {cause.Message}", cause);
        }
    }

    /// <summary>Writes a report's predictions.</summary>
    public static void Write(EvaluationReport report, string file)
    {
        using var output = File.Create(file);
        report.WritePredictions(output);
    }
}
