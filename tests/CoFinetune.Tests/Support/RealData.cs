using Xunit;

namespace CoFinetune.Tests.Support;

/// <summary>Published annotation files, which are not part of the repository.</summary>
internal static class RealData
{
    /// <summary>The folder; null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>A file of the folder.</summary>
    public static string PathOf(string relative) => Path.Combine(Folder!, relative);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("COFINETUNE_REAL") is { Length: > 0 } set) return Directory.Exists(set) ? set : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "real_video");
            if (Directory.Exists(candidate)) return candidate;
        }
        return null;
    }
}

/// <summary>A test on published files; skipped, with the reason, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute() => Skip = RealData.Folder is null ? "published annotation files are not on this machine: set COFINETUNE_REAL to their folder" : null;
}
