using CoFinetune.Config;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training.Models;

/// <summary>What a path to start from holds.</summary>
/// <param name="Weights">The weight file, or a folder with one.</param>
/// <param name="Run">The run that saved it; null when it is no checkpoint.</param>
/// <param name="PassedOver">Newer checkpoints that are damaged.</param>
internal sealed record StartPlace(string Weights, RunConfig? Run, IReadOnlyList<DamagedCheckpoint> PassedOver)
{
    /// <summary>Looks at <paramref name="path"/>: a run, a checkpoint, a file, or a folder of another program.</summary>
    /// <exception cref="CheckpointException">Nothing is there, or no checkpoint of a run is whole.</exception>
    public static StartPlace Find(string path)
    {
        if (File.Exists(path)) return new(path, null, []);
        if (!Directory.Exists(path)) throw new CheckpointException(path, "no such file or folder", "name a run, a checkpoint or a weight file");
        var scan = CheckpointScan.Of(path);
        if (scan.Newest is { } found) return new(Path.Combine(found.Folder, Checkpoint.ModelFile), ConfigOf(found), scan.Damaged);
        return scan.Damaged.Count == 0 ? new(path, null, []) : throw new CheckpointException(path, scan.Damaged[0].Problem, "name another checkpoint");
    }

    private static RunConfig ConfigOf(Checkpoint checkpoint)
    {
        var path = Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile);
        try
        {
            return RunFile.Load(path, []).Value;
        }
        catch (ConfigException cause)
        {
            throw new CheckpointException(path, $"is of another version: {cause.Errors[0].Message}", "name the weight file itself and say trunk and clip", cause);
        }
    }
}
