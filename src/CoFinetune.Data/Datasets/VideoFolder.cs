namespace CoFinetune.Data.Datasets;

/// <summary>Finds videos by file name below a folder, whatever its layout, with one walk.</summary>
internal sealed class VideoFolder
{
    private static readonly string[] Extensions = [".mp4", ".mkv", ".webm"];
    private readonly Dictionary<string, string> _pathOfStem = new(StringComparer.Ordinal);

    /// <summary>Walks <paramref name="folder"/>; of two files with one name, the first by path counts.</summary>
    /// <exception cref="DataException">The folder is missing or cannot be read.</exception>
    public VideoFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new DataException(folder, 0, "no such folder", "`videos` names the folder that holds the videos");
        // The depth bounds a walk through links that lead back up; published layouts have two levels.
        var walk = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, IgnoreInaccessible = false };
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", walk))
            {
                if (!Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) continue;
                var stem = Path.GetFileNameWithoutExtension(path);
                if (!_pathOfStem.TryGetValue(stem, out var known) || string.CompareOrdinal(path, known) < 0) _pathOfStem[stem] = path;
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException(folder, 0, $"cannot be read: {cause.Message}", inner: cause);
        }
    }

    /// <summary>The path of the video named <paramref name="stem"/> without its extension, or null.</summary>
    public string? Find(string stem) => _pathOfStem.GetValueOrDefault(stem);
}
