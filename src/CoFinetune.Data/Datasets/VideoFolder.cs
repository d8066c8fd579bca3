namespace CoFinetune.Data.Datasets;

/// <summary>Finds videos by file name below a folder, whatever its layout, with one walk.</summary>
internal sealed class VideoFolder
{
    private static readonly string[] Extensions = [".mp4", ".mkv", ".webm", ".avi"];
    private readonly Dictionary<string, string> _pathOfStem = new(StringComparer.Ordinal);

    /// <summary>Walks <paramref name="folder"/>; of several files with one name, mp4 comes before mkv, webm and avi, then the first by path.</summary>
    /// <exception cref="DataException">The folder is missing or cannot be read.</exception>
    public VideoFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new DataException(folder, 0, "no such folder", "`videos` names the folder that holds the videos");
        // The depth bounds a walk through links that lead back up; published layouts have two levels.
        var walk = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, IgnoreInaccessible = false };
        try
        {
            var files = Directory.EnumerateFiles(folder, "*", walk)
                .Select(path => (Path: path, Rank: Array.FindIndex(Extensions, e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase))))
                .Where(file => file.Rank >= 0)
                .OrderBy(file => file.Rank)
                .ThenBy(file => file.Path, StringComparer.Ordinal);
            foreach (var (path, _) in files) _pathOfStem.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException(folder, 0, $"cannot be read: {cause.Message}", inner: cause);
        }
    }

    /// <summary>The path of the video named <paramref name="stem"/> without its extension, or null.</summary>
    public string? Find(string stem) => _pathOfStem.GetValueOrDefault(stem);
}
