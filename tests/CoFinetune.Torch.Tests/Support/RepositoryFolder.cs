namespace CoFinetune.Torch.Tests.Support;

/// <summary>The repository that the tests were built from.</summary>
internal static class RepositoryFolder
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "CoFinetune.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("CoFinetune.sln is in no folder above the tests");
    }
}
