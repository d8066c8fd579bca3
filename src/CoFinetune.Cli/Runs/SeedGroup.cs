namespace CoFinetune.Cli.Runs;

/// <summary>Repetitions of one experiment: runs that differ in nothing that is learned from but the seed, or those that the user keeps in one folder.</summary>
/// <param name="Name"><c>A</c> for the first group, and so on; or the folder's name.</param>
/// <param name="Runs">One run of each seed, in the order they were named.</param>
/// <param name="Doubles">Further runs of the same seeds, which say nothing new.</param>
internal sealed record SeedGroup(string Name, IReadOnlyList<StoredRun> Runs, IReadOnlyList<StoredRun> Doubles)
{
    private const string SeedKey = "seed";

    /// <summary>Settings that change nothing of what is learned or measured.</summary>
    private static readonly string[] Neutral = [SeedKey, "threads", "log_every", "tensorboard", "evaluate.start"];

    private static readonly string[] NeutralBlocks = ["data.", "checkpoint.", "gradients."];

    /// <summary>The seeds.</summary>
    public IReadOnlyList<string> Seeds => [.. Runs.Select(run => run.Setting(SeedKey) ?? "?")];

    /// <summary>Groups runs; a run whose settings cannot be read stands alone.</summary>
    public static IReadOnlyList<SeedGroup> Of(IReadOnlyList<StoredRun> runs)
    {
        var groups = new List<SeedGroup>();
        foreach (var alike in runs.GroupBy(run => run.Settings.Count == 0 ? run.Path : string.Join('\n', Learned(run).Select(value => $"{value.Key}={value.Value}"))))
            groups.Add(Named(LetterOf(groups.Count), alike));
        return groups;
    }

    /// <summary>Runs that the user says are one experiment, whatever their settings are.</summary>
    public static SeedGroup Named(string name, IEnumerable<StoredRun> runs)
    {
        var bySeed = runs.GroupBy(run => run.Settings.Count == 0 ? run.Path : run.Setting(SeedKey)).ToList();
        return new(name, [.. bySeed.Select(same => same.First())], [.. bySeed.SelectMany(same => same.Skip(1))]);
    }

    /// <summary>The settings that differ among groups, with the value of each group; null where it has none.</summary>
    public static IReadOnlyList<(string Path, IReadOnlyList<string?> Values)> Differences(IReadOnlyList<SeedGroup> groups)
    {
        var settings = groups.Select(group => Learned(group.Runs[0]).ToDictionary()).ToList();
        return
        [
            .. from path in settings.SelectMany(values => values.Keys).Distinct()
               let values = settings.Select(known => known.GetValueOrDefault(path)).ToList()
               where values.Distinct().Count() > 1
               select (path, (IReadOnlyList<string?>)values),
        ];
    }

    private static IEnumerable<KeyValuePair<string, string>> Learned(StoredRun run) =>
        run.Settings.Where(value => !Neutral.Contains(value.Key) && !NeutralBlocks.Any(block => value.Key.StartsWith(block, StringComparison.Ordinal)));

    private static string LetterOf(int index) => index < 26 ? $"{(char)('A' + index)}" : $"{LetterOf(index / 26 - 1)}{(char)('A' + index % 26)}";
}
