using System.Globalization;
using CoFinetune.Config;

namespace CoFinetune.Training.Sweeps;

/// <summary>The jobs of a sweep, every one of them checked.</summary>
public sealed class SweepPlan
{
    private const int MostJobs = 10_000;

    /// <summary>Reads a sweep file and the run file of each of its jobs; runs nothing.</summary>
    /// <param name="path">The sweep file.</param>
    /// <param name="overrides">Changes of the command line, for every job.</param>
    /// <exception cref="ConfigException">Any mistake in the sweep or in one of its jobs; all of them are listed, where they stand.</exception>
    public static SweepPlan Load(string path, IReadOnlyList<string> overrides)
    {
        var loaded = ConfigFile.Load<SweepConfig>(path, [], new ConfigKinds(), Environment.GetEnvironmentVariable);
        return new SweepPlan(path, loaded, overrides);
    }

    private SweepPlan(string path, LoadedConfig<SweepConfig> loaded, IReadOnlyList<string> overrides)
    {
        var sweep = loaded.Value;
        (File, Metric) = (path, sweep.Metric);
        Name = sweep.Name ?? Path.GetFileNameWithoutExtension(path);
        var errors = Mistakes(sweep, loaded, overrides);
        var named = loaded.Origins["config"];
        Config = Path.Combine(Path.GetDirectoryName(named.Source) ?? "", sweep.Config);
        if (!System.IO.File.Exists(Config))
            errors.Add(new("config.file_missing", $"there is no run file '{Config}'", named, "it is taken from the folder of the sweep file"));
        if (errors.Count > 0) throw new ConfigException(errors);

        Keys = [.. sweep.Paired.Keys, .. sweep.Grid.Keys];
        var mistakes = new SweepMistakes();
        var jobs = new List<(SweepJob Job, RunConfig? Run)>();
        foreach (var values in Combinations(sweep))
        {
            List<SweepChange> changes =
            [
                .. sweep.Set.Select(pair => new SweepChange(pair.Key, pair.Value.Key, pair.Value)),
                .. overrides.Select((text, i) => new SweepChange(text, i + 1)),
                .. Keys.Zip(values, (key, value) => new SweepChange(key, (sweep.Grid.GetValueOrDefault(key) ?? sweep.Paired[key]).Key, value)),
            ];
            var texts = values.Select(value => value.Text).ToList();
            var job = new SweepJob(SweepJobName.Of(Keys, texts), texts, [.. changes.Select(change => change.Text)], "");
            RunConfig? run = null;
            try
            {
                run = RunFile.Load(Config, job.Overrides).Value;
                job = job with { Settings = SweepJobName.Hash(ConfigWriter.ToYaml(run with { Threads = null, Data = new() }, RunKinds.Table)) };
            }
            catch (ConfigException wrong)
            {
                mistakes.Add(job.Name, wrong, changes);
            }
            jobs.Add((job, run));
        }
        Jobs = [.. jobs.Select(pair => pair.Job)];
        mistakes.ThrowIfAny(Jobs.Count);
        RequireDifferent(loaded, Jobs);
        if (Metric is not null && jobs.Select(pair => pair.Run!).FirstOrDefault(run => !run.MetricNames.Contains(Metric)) is { } other)
            throw new ConfigException([new("config.broken_rule", $"no metric is called '{Metric}'", loaded.Origins["metric"], $"one of {string.Join(", ", other.MetricNames)}")]);
    }

    /// <summary>The sweep file, as given.</summary>
    public string File { get; }

    /// <summary>The sweep's name.</summary>
    public string Name { get; }

    /// <summary>The run file.</summary>
    public string Config { get; }

    /// <summary>The metric by which jobs are ranked; null where the sweep names none.</summary>
    public string? Metric { get; }

    /// <summary>The settings that vary, by dotted key: the paired ones, then those of the grid.</summary>
    public IReadOnlyList<string> Keys { get; } = [];

    /// <summary>The jobs; the last key of the grid varies fastest.</summary>
    public IReadOnlyList<SweepJob> Jobs { get; } = [];

    /// <summary>The words after <c>cofinetune</c> that run a job, or go on with it.</summary>
    /// <param name="job">Which one.</param>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="threads">Threads for arithmetic and for decoding, unless the sweep says otherwise; null leaves them to the run file.</param>
    public IReadOnlyList<string> Command(SweepJob job, string folder, int? threads)
    {
        string[] divided = threads is { } count ? [Invariant($"threads={count}"), Invariant($"data.workers={count}")] : [];
        return ["train", Config, .. divided, .. job.Overrides, "--run-dir", Path.Combine(folder, job.Name), "--json"];
    }

    private static List<ConfigError> Mistakes(SweepConfig sweep, LoadedConfig<SweepConfig> loaded, IReadOnlyList<string> overrides)
    {
        var errors = new List<ConfigError>();
        void Report(string message, ConfigPlace place, string hint) => errors.Add(new("config.broken_rule", message, place, hint));

        var start = new ConfigPlace(loaded.Origins["config"].Source, 1, 1, 1, "");
        if (sweep.Name is { } name && (name.Length == 0 || name.StartsWith('.') || name.IndexOfAny(['/', '\\', '\0']) >= 0))
            Report($"'{name}' cannot be the name of a folder", loaded.Origins["name"], "use letters, digits, '-' and '_'");
        if (sweep.Grid.Count + sweep.Paired.Count == 0) Report("nothing varies", start, "grid: { optimizer.lr: [1e-3, 1e-2] }");
        foreach (var (key, value) in sweep.Grid.Concat(sweep.Paired))
        {
            if (value.Items is null) Report($"expected the list of the values of '{key}', found one value", value.Place, "a list is written [a, b]; one value for all jobs stands under set:");
            else if (value.Items.Count == 0) Report($"'{key}' has no values", value.Place, "remove the key, or give it values: [a, b]");
        }
        foreach (var (key, value) in sweep.Grid.Where(pair => sweep.Paired.ContainsKey(pair.Key) || sweep.Set.ContainsKey(pair.Key)))
            Report($"'{key}' also stands under {(sweep.Set.ContainsKey(key) ? "set" : "paired")}", value.Key, "leave one of them out");
        foreach (var (key, value) in sweep.Paired.Where(pair => sweep.Set.ContainsKey(pair.Key)))
            Report($"'{key}' also stands under set", value.Key, "leave one of them out");
        for (var i = 0; i < overrides.Count; i++)
        {
            var key = overrides[i].Split('=')[0].TrimStart('~').TrimEnd('+');
            if (sweep.Grid.ContainsKey(key) || sweep.Paired.ContainsKey(key))
                Report($"'{key}' is one of the settings that the sweep varies", new ConfigPlace(Invariant($"argument {i + 1}"), 0, 1, key.Length, overrides[i]), "change the sweep file");
        }
        var lengths = sweep.Paired.Where(pair => pair.Value.Items is { Count: > 0 }).ToList();
        foreach (var (key, value) in lengths.Where(pair => pair.Value.Items!.Count != lengths[0].Value.Items!.Count))
            Report($"'{key}' has {value.Items!.Count} values, '{lengths[0].Key}' has {lengths[0].Value.Items!.Count}", value.Place, "paired lists advance together and are equally long");
        var count = sweep.Grid.Values.Aggregate(lengths.Count > 0 ? lengths[0].Value.Items!.Count : 1.0, (product, value) => product * (value.Items?.Count ?? 1));
        if (count > MostJobs) Report(Invariant($"{count:0} combinations are more than {MostJobs} jobs"), sweep.Grid.Count > 0 ? sweep.Grid.Values.First().Key : start, "split the sweep");
        return errors;
    }

    /// <summary>The values of <see cref="Keys"/> for each job.</summary>
    private static IEnumerable<IReadOnlyList<ConfigValue>> Combinations(SweepConfig sweep)
    {
        IEnumerable<IReadOnlyList<ConfigValue>> rows = sweep.Paired.Count == 0
            ? [[]]
            : Enumerable.Range(0, sweep.Paired.Values.First().Items!.Count).Select(i => sweep.Paired.Values.Select(value => value.Items![i]).ToList());
        foreach (var values in sweep.Grid.Values) rows = rows.SelectMany(row => values.Items!.Select(item => (IReadOnlyList<ConfigValue>)[.. row, item]));
        return rows;
    }

    private static void RequireDifferent(LoadedConfig<SweepConfig> loaded, IReadOnlyList<SweepJob> jobs)
    {
        var place = loaded.Value.Grid.Concat(loaded.Value.Paired).First().Value.Key;
        var errors = jobs.GroupBy(job => job.Settings).Where(same => same.Count() > 1)
            .Select(same => new ConfigError("config.broken_rule", $"these jobs have the same settings: {string.Join(", ", same.Select(job => job.Name))}", place, "a value stands in a list twice, or is overruled by another key"))
            .ToList();
        if (errors.Count > 0) throw new ConfigException(errors);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
