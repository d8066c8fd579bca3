namespace CoFinetune.Data.Datasets;

/// <summary>Where a path named by a config or by an annotation file may lead.</summary>
internal static class DataPath
{
    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>A path of the config: absolute as it is, relative below <paramref name="root"/>.</summary>
    /// <exception cref="DataException">A relative path climbs out of the root.</exception>
    public static string FromConfig(string root, string configured)
    {
        if (Path.IsPathRooted(configured)) return Path.GetFullPath(configured);
        var full = Path.GetFullPath(configured, Path.GetFullPath(root));
        return Path.GetRelativePath(root, full).Split(Separators)[0] == ".."
            ? throw new DataException(configured, 0, $"leads out of the data root {root}", "name it by its absolute path, or change data_root")
            : full;
    }

    /// <summary>A path written in an annotation file, below <paramref name="folder"/>.</summary>
    /// <exception cref="DataException">It is empty, absolute, or has a <c>..</c> part.</exception>
    public static string FromEntry(string folder, string entry, string file, int line)
    {
        if (entry.Length == 0) throw new DataException(file, line, "the video's path is empty");
        if (entry.Contains('\0', StringComparison.Ordinal)) throw new DataException(file, line, "the video's path holds a NUL byte");
        var absolute = Separators.Contains(entry[0]) || entry is [>= 'A' and <= 'z', ':', '/' or '\\', ..];
        return absolute || entry.Split(Separators).Contains("..")
            ? throw new DataException(
                file, line, $"'{entry}' leads out of the video folder", $"write paths relative to {folder}, without '..'")
            : Path.GetFullPath(entry, folder);
    }
}
