using System.Globalization;

namespace CoFinetune.Training.Checkpoints;

/// <summary>The names of folders in <c>checkpoints/</c>.</summary>
internal static class CheckpointName
{
    private const string StepPrefix = "step-";
    private const string ReplacedPrefix = ".replaced-step-";
    private const string TemporaryPrefix = ".tmp-";

    /// <summary><c>step-000500</c>: a finished checkpoint.</summary>
    public static string Of(long step) => $"{StepPrefix}{step:D6}";

    /// <summary><c>.replaced-step-000500</c>: the checkpoint that is being replaced by another of the same step.</summary>
    public static string Replaced(long step) => $"{ReplacedPrefix}{step:D6}";

    /// <summary>A folder being written or deleted by this process.</summary>
    public static string Temporary(string purpose, long step) => $"{TemporaryPrefix}{purpose}-{step:D6}-{Environment.ProcessId}";

    /// <summary>The step of a finished or replaced checkpoint; null for any other folder.</summary>
    public static (long Step, bool Replaced)? Parse(string folder)
    {
        var name = Path.GetFileName(folder);
        foreach (var (prefix, replaced) in new[] { (StepPrefix, false), (ReplacedPrefix, true) })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && long.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step))
                return (step, replaced);
        }
        return null;
    }

    /// <summary>The process that made a temporary folder; null for any other folder.</summary>
    public static int? TemporaryOwner(string folder)
    {
        var name = Path.GetFileName(folder);
        return name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            ? process
            : null;
    }

    /// <summary>Finished and replaced checkpoints, newest first, a replaced one after its replacement.</summary>
    public static IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        return
        [
            .. from path in Directory.EnumerateDirectories(folder)
               let parsed = Parse(path)
               where parsed is not null
               orderby parsed.Value.Step descending, parsed.Value.Replaced
               select path,
        ];
    }
}
