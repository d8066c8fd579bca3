namespace CoFinetune.Torch.Tests.Support;

/// <summary>Where the figures of independent programs lie: <c>COFINETUNE_GOLDEN</c>, or a folder <c>shared/golden</c> above the tests.</summary>
internal static class GoldenFolder
{
    public static string? Root { get; } = Environment.GetEnvironmentVariable("COFINETUNE_GOLDEN") is { Length: > 0 } named
        ? named
        : Above(AppContext.BaseDirectory).Select(folder => Path.Combine(folder, "shared", "golden")).FirstOrDefault(Directory.Exists);

    public static string PathOf(string relative) => Path.Combine(Root!, relative);

    public static bool Has(string relative) => Root is not null && Path.Exists(PathOf(relative));

    private static IEnumerable<string> Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent) yield return at.FullName;
    }
}
