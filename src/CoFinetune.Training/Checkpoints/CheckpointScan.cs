namespace CoFinetune.Training.Checkpoints;

/// <summary>What a folder holds to resume from.</summary>
/// <param name="Newest">The newest checkpoint that verifies; null when there is none.</param>
/// <param name="Damaged">Newer ones that do not, with the reason; to be reported.</param>
public sealed record CheckpointScan(Checkpoint? Newest, IReadOnlyList<DamagedCheckpoint> Damaged)
{
    /// <summary>Looks at a checkpoint, a <c>checkpoints</c> folder or a run directory; a folder that is not there holds nothing.</summary>
    public static CheckpointScan Of(string path)
    {
        var damaged = new List<DamagedCheckpoint>();
        foreach (var folder in Candidates(path))
        {
            try
            {
                return new(Checkpoint.Open(folder), damaged);
            }
            catch (CheckpointException error)
            {
                damaged.Add(new(folder, error.Message));
            }
        }
        return new(null, damaged);
    }

    private static IReadOnlyList<string> Candidates(string path)
    {
        if (File.Exists(Path.Combine(path, CheckpointManifest.FileName)) || CheckpointName.Parse(path) is not null) return [path];
        var inner = Path.Combine(path, "checkpoints");
        return CheckpointName.List(Directory.Exists(inner) ? inner : path);
    }
}
