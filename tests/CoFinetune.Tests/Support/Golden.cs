namespace CoFinetune.Tests.Support;

/// <summary>The folder of golden figures: <c>COFINETUNE_GOLDEN</c>, or <c>shared/golden</c> in any folder above the tests.</summary>
internal static class Golden
{
    /// <summary>Why a test that needs the figures cannot run; null when they are there.</summary>
    public static string? Missing =>
        Folder is null ? "golden figures are not on this machine: set COFINETUNE_GOLDEN to their folder" : null;

    /// <summary>The folder; null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A file of the folder.</summary>
    public static string PathOf(string relative) => Path.Combine(Folder!, relative);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("COFINETUNE_GOLDEN") is { Length: > 0 } set) return Directory.Exists(set) ? set : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "golden");
            if (Directory.Exists(candidate)) return candidate;
        }
        return null;
    }
}
