using CoFinetune.Data;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Cli.Runs;

/// <summary>Finds run directories.</summary>
internal static class RunPlaces
{
    private const int Deepest = 8;
    private const string Latest = "latest";

    /// <summary>The run that a path names: a run directory, something in one (a checkpoint), or a folder with a <c>latest</c> run.</summary>
    /// <exception cref="DataException">It names none.</exception>
    public static string Find(string path)
    {
        if (RunDirectory.IsRun(path)) return path;
        var latest = Path.Combine(path, Latest);
        if (RunDirectory.IsRun(latest)) return new DirectoryInfo(latest).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? latest;
        for (var above = Directory.GetParent(Path.GetFullPath(path)); above is not null && Path.Exists(path); above = above.Parent)
            if (RunDirectory.IsRun(above.FullName)) return above.FullName;
        throw new DataException(path, 0, Directory.Exists(path) ? "is not a run directory" : "there is no such run", "'cofinetune run list' shows what is there");
    }

    /// <summary>The runs that stand directly in a folder which is no run itself: repetitions of one experiment. None where there are none.</summary>
    public static IReadOnlyList<string> In(string path) =>
        !Directory.Exists(path) || RunDirectory.IsRun(path) || RunDirectory.IsRun(Path.Combine(path, Latest))
            ? []
            : [.. Directory.EnumerateDirectories(path).Where(RunDirectory.IsRun).Order(StringComparer.Ordinal)];

    /// <summary>The runs in a folder and below it, in order of their names; links are not followed.</summary>
    /// <exception cref="DataException">There is no such folder.</exception>
    public static IReadOnlyList<string> Below(string root)
    {
        if (!Directory.Exists(root)) throw new DataException(root, 0, "there is no such folder", "name the folder of all runs: cofinetune run list ROOT");
        var found = new List<string>();
        Search(root, 0, found);
        return found;
    }

    private static void Search(string folder, int depth, List<string> found)
    {
        if (RunDirectory.IsRun(folder))
        {
            found.Add(folder);
            return;
        }
        if (depth == Deepest) return;
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var below in Directory.EnumerateDirectories(folder, "*", options).Order(StringComparer.Ordinal)) Search(below, depth + 1, found);
    }
}
