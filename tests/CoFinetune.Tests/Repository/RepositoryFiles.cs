namespace CoFinetune.Tests.Repository;

/// <summary>Finds the repository that the tests were built from.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>Our own files below <paramref name="folder"/>, without build output.</summary>
    public static IEnumerable<string> Under(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CoFinetune.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("CoFinetune.sln is in no folder above the tests");
    }
}
