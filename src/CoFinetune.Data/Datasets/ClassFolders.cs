namespace CoFinetune.Data.Datasets;

/// <summary>A folder with one folder of videos per class; blanks of a class name may stand as underscores.</summary>
internal static class ClassFolders
{
    /// <summary>The class that a folder's name means, as it is called where no file says otherwise.</summary>
    public static string Named(string folder) => folder.Replace('_', ' ');

    /// <summary>Class name and video of every clip, by class and file name; a folder of images is a video.</summary>
    /// <exception cref="DataException">The folder cannot be read.</exception>
    public static IReadOnlyList<(string Class, string Path)> Read(string folder)
    {
        try
        {
            return
            [
                .. from category in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                   from video in Directory.EnumerateFileSystemEntries(category).Order(StringComparer.Ordinal)
                   where Directory.Exists(video) || VideoFolder.IsVideo(video)
                   select (Path.GetFileName(category), video),
            ];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException(folder, 0, $"cannot be read: {cause.Message}", inner: cause);
        }
    }
}
