namespace CoFinetune.Data.Datasets;

/// <summary>The video files of a folder by movie id, from one listing.</summary>
internal sealed class AvaVideos
{
    private static readonly string[] Extensions = [".mp4", ".mkv", ".webm", ".avi"];
    private readonly Dictionary<string, string> _pathOfId = new(StringComparer.Ordinal);

    /// <summary>Lists <paramref name="folder"/>; of several files of one movie, mp4 comes before mkv, webm and avi.</summary>
    /// <exception cref="DataException">The folder is missing or cannot be read.</exception>
    public AvaVideos(string folder)
    {
        if (!Directory.Exists(folder)) throw new DataException(folder, 0, "no such folder", "`videos` names the folder of the movies");
        try
        {
            var files = Directory.EnumerateFiles(folder)
                .Select(path => (Path: path, Rank: Array.IndexOf(Extensions, Path.GetExtension(path).ToLowerInvariant())))
                .Where(file => file.Rank >= 0)
                .OrderBy(file => file.Rank)
                .ThenBy(file => file.Path, StringComparer.Ordinal);
            foreach (var (path, _) in files) _pathOfId.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException(folder, 0, $"cannot be read: {cause.Message}", inner: cause);
        }
        Folder = folder;
    }

    /// <summary>The listed folder.</summary>
    public string Folder { get; }

    /// <summary>The path of movie <paramref name="id"/>, or null.</summary>
    public string? Find(string id) => _pathOfId.GetValueOrDefault(id);
}
