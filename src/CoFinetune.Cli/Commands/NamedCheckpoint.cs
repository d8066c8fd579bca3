using CoFinetune.Cli.Terminal;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Cli.Commands;

/// <summary>A checkpoint that a user names, with the run file that it was saved under.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="Config">Its run, changed as the user asks.</param>
internal sealed record NamedCheckpoint(Checkpoint Checkpoint, RunConfig Config)
{
    /// <summary>Opens a checkpoint folder, or the last checkpoint of a run directory; says what was passed over.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    /// <exception cref="CoFinetune.Config.ConfigException">The changes do not fit the run.</exception>
    public static NamedCheckpoint Open(Session session, string path, string[] overrides)
    {
        var scan = CheckpointScan.Of(path);
        var checkpoint = scan.Newest ?? throw new CheckpointException(
            path, scan.Damaged.Count > 0 ? scan.Damaged[0].Problem : "there is no checkpoint", "name a run directory or a checkpoint folder");
        foreach (var damaged in scan.Damaged) session.Say($"passed over {damaged.Problem}");
        return new(checkpoint, RunFile.Load(Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile), overrides).Value);
    }

    /// <summary>The run with some of its datasets alone: what is not asked for need not be on this machine. Null, and said, where it has no such dataset.</summary>
    /// <param name="session">Where it is said.</param>
    /// <param name="names">The datasets; none for all.</param>
    public NamedCheckpoint? Of(Session session, IReadOnlyCollection<string> names)
    {
        var unknown = names.FirstOrDefault(name => !Config.Datasets.ContainsKey(name));
        if (unknown is not null)
        {
            ErrorText.Print(session, new CommandFailure("usage", $"the run has no dataset '{unknown}'", Hint: $"one of {string.Join(", ", Config.Datasets.Keys)}"), ExitCodes.Usage);
            return null;
        }
        return names.Count == 0 ? this : this with { Config = Config with { Datasets = Config.Datasets.Where(pair => names.Contains(pair.Key)).ToDictionary() } };
    }
}
