namespace CoFinetune.Cli.Runs;

/// <summary>What a run cost and what went wrong in it, in words.</summary>
internal static class RunFigures
{
    /// <summary>Name and text of each figure that the run has.</summary>
    public static IEnumerable<(string Name, string Text)> Of(StoredRun run)
    {
        var curves = run.History.Curves;
        var losses = curves.Where(pair => pair.Key.StartsWith("loss/", StringComparison.Ordinal)).Select(pair => $"{pair.Key["loss/".Length..]} {pair.Value.Last:0.000}").ToList();
        if (losses.Count > 0) yield return ("last loss", string.Join("  ", losses));
        if (curves.TryGetValue("clips_per_s", out var clips)) yield return ("speed", $"{clips.Mean:0.0} clips/s");
        if (curves.TryGetValue("wait_share", out var wait)) yield return ("waiting for clips", $"{wait.Mean:P1} of the time");
        var memory = new[] { ("peak_memory_mb", ""), ("peak_device_memory_mb", " on the GPU") }
            .Where(kind => curves.ContainsKey(kind.Item1)).Select(kind => $"{curves[kind.Item1].Largest / 1000:0.00} GB{kind.Item2}").ToList();
        if (memory.Count > 0) yield return ("peak memory", string.Join(", ", memory));
    }

    /// <summary>What the user should know, one sentence each.</summary>
    public static IEnumerable<string> Warnings(StoredRun run)
    {
        if (run.Failure is { } failure) yield return $"it failed: {failure}";
        if (run.History.Curves.TryGetValue("loss", out var loss) && loss.NonFinite > 0) yield return $"the loss was not finite in {loss.NonFinite} of {loss.Count} logged steps";
        if (run.History.Skipped > 0) yield return $"{run.History.Skipped} steps were passed over because a loss or gradient was not finite";
        if (run.History.Curves.TryGetValue("wait_share", out var wait) && wait.Mean > 0.1)
            yield return $"{wait.Mean:P0} of the time is waiting for clips: more data.workers, data.cache_mb, or 'cofinetune data prepare'";
        foreach (var (dataset, count) in run.DataErrors()) yield return $"{count} training clips of {dataset} could not be loaded: data_errors.jsonl";
        if (run.Commands.Count > 1) yield return $"it was started {run.Commands.Count} times; its figures are those of one run all the same";
        foreach (var dataset in run.Datasets)
            foreach (var note in run.Evaluation(dataset)?.Notes ?? []) yield return $"{dataset}: {note}";
        foreach (var problem in run.Problems) yield return problem;
    }
}
