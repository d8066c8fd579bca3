namespace CoFinetune.Training.Checkpoints;

/// <summary>What a path to start from holds.</summary>
/// <param name="Weights">The weight file, or a folder with one.</param>
/// <param name="Checkpoint">The checkpoint that it belongs to; null when it is no part of a run.</param>
/// <param name="PassedOver">Newer checkpoints that are damaged.</param>
internal sealed record StartPlace(string Weights, Checkpoint? Checkpoint, IReadOnlyList<DamagedCheckpoint> PassedOver)
{
    /// <summary>What to add to the source's name, so that nobody takes an older checkpoint for the newest; empty when none was passed over.</summary>
    public string Note => string.Concat(PassedOver.Select(damaged => $"; passed over {damaged.Problem}"));

    /// <summary>Looks at <paramref name="path"/>: a run, a checkpoint, a file, or a folder of another program.</summary>
    /// <exception cref="CheckpointException">Nothing is there, or no checkpoint of a run is whole.</exception>
    public static StartPlace Find(string path)
    {
        if (File.Exists(path)) return new(path, null, []);
        if (!Directory.Exists(path)) throw new CheckpointException(path, "no such file or folder", "name a run, a checkpoint or a weight file");
        var scan = CheckpointScan.Of(path);
        if (scan.Newest is { } found) return new(found.WeightsPath, found, scan.Damaged);
        return scan.Damaged.Count == 0 ? new(path, null, []) : throw new CheckpointException(path, scan.Damaged[0].Problem, "name another checkpoint");
    }
}
