using CoFinetune.Config;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training;

/// <summary>Compares the settings of a checkpoint with those it is resumed with: a change is named, and refused where it makes another run.</summary>
public static class ResumeCheck
{
    /// <summary>Settings under which the checkpoint's tensors and integers mean something else.</summary>
    private static readonly string[] Fixed = ["seed", "clip", "trunk", "datasets", "mixture"];

    /// <summary>Reports every changed line of the resolved configs to <paramref name="say"/>.</summary>
    /// <param name="checkpoint">What is resumed.</param>
    /// <param name="config">The config it is resumed with.</param>
    /// <param name="say">Told about changes that are allowed.</param>
    /// <exception cref="CheckpointException">A change that cannot be resumed with.</exception>
    public static void Require(Checkpoint checkpoint, RunConfig config, Action<string> say)
    {
        if (checkpoint.State.Step > config.Steps)
            throw new CheckpointException(checkpoint.Folder, $"has {checkpoint.State.Step} steps behind it, the run has only {config.Steps}", "raise steps");
        var before = Sections(Resolved(checkpoint));
        var after = Sections(ConfigWriter.ToYaml(config, RunKinds.Table));
        var changed = before.Keys.Union(after.Keys).Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key)).ToList();
        if (changed.Where(key => Fixed.Contains(key) || (key == "steps" && config.Mixture.DependsOnSteps)).ToList() is { Count: > 0 } refused)
            throw new CheckpointException(
                checkpoint.Folder, $"'{string.Join("', '", refused)}' changed since it was saved, which makes another run",
                "take the change back, or start a new run with --resume never");
        foreach (var key in changed) say($"changed since the checkpoint: {key}: {OneLine(before, key)} -> {OneLine(after, key)}");
    }

    /// <summary>The checkpoint's config with the defaults of this version of the program, which may have more settings than the one that wrote it.</summary>
    private static string Resolved(Checkpoint checkpoint)
    {
        try
        {
            return ConfigWriter.ToYaml(RunFile.Load(Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile), []).Value, RunKinds.Table);
        }
        catch (ConfigException cause)
        {
            throw new CheckpointException(checkpoint.Folder, $"its {Checkpoint.ConfigFile} is of another version: {cause.Errors[0].Message}", "start a new run with init: naming it", cause);
        }
    }

    private static string OneLine(Dictionary<string, string> sections, string key) =>
        sections.TryGetValue(key, out var text) ? string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) : "(default)";

    /// <summary>The text of each top-level key, which both texts write in the same way.</summary>
    private static Dictionary<string, string> Sections(string yaml)
    {
        var sections = new Dictionary<string, string>();
        var key = "";
        foreach (var line in yaml.Split('\n'))
        {
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]) && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var end)
            {
                key = line[..end];
                sections[key] = line[(end + 1)..].Trim();
            }
            else if (key.Length > 0)
            {
                sections[key] += "\n" + line.TrimEnd();
            }
        }
        return sections;
    }
}
