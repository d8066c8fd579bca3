using System.Globalization;
using System.Text;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training.Tracking;

/// <summary>
/// The <c>eval/</c> folder of a run: <c>eval/step-000500/ava.json</c> holds what the evaluation after step 500 found on a dataset. A resumed run drops those beyond its
/// checkpoint, as it does with the rows of <c>metrics.jsonl</c>.
/// </summary>
/// <param name="folder">The folder; made when something is written.</param>
public sealed class EvaluationFiles(string folder)
{
    private const string Extension = ".json";
    private static readonly DurableFiles Files = new();

    /// <summary>Steps after which something was evaluated, in order.</summary>
    public IReadOnlyList<long> Steps => [.. Folders().Select(found => found.Step).Order()];

    /// <summary>The file of a dataset after a step; need not be there.</summary>
    public string PathOf(long step, string dataset) => Path.Combine(folder, CheckpointName.Of(step), FileName(dataset));

    /// <summary>Writes a file whole or not at all, replacing an older one.</summary>
    /// <returns>Null, or why it could not be written: a full disk, say.</returns>
    public string? Write(long step, string dataset, string text)
    {
        var path = PathOf(step, dataset);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Files.WriteText(path, text);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {failure.Message}";
        }
    }

    /// <summary>Deletes the evaluations of the steps that do not belong to the run any more.</summary>
    /// <exception cref="CheckpointException">One of them cannot be deleted.</exception>
    public void Keep(Func<long, bool> belongs) => WritePlace.Write(folder, () =>
    {
        foreach (var (step, path) in Folders().ToList())
        {
            if (!belongs(step)) Files.DeleteDirectory(path);
            else DurableFiles.RemoveTemporary(path);
        }
    });

    private IEnumerable<(long Step, string Path)> Folders() => !Directory.Exists(folder) ? [] :
        from path in Directory.EnumerateDirectories(folder)
        let name = CheckpointName.Parse(path)
        where name is { Replaced: false }
        select (name.Value.Step, path);

    /// <summary>A dataset's name as that of a file: what no file may be called by, and the percent sign itself, as in URLs.</summary>
    private static string FileName(string dataset)
    {
        var name = new StringBuilder();
        foreach (var letter in dataset)
        {
            if (letter is '/' or '\\' or '%' || char.IsControl(letter) || (letter == '.' && name.Length == 0))
                name.Append(CultureInfo.InvariantCulture, $"%{(int)letter:X2}");
            else
                name.Append(letter);
        }
        return name + Extension;
    }
}
