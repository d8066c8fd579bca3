namespace CoFinetune.Training.Checkpoints;

/// <summary>What a save did.</summary>
/// <param name="Folder">The new checkpoint.</param>
/// <param name="Bytes">Bytes of its files, the manifest apart.</param>
/// <param name="Removed">Older checkpoints that were deleted.</param>
/// <param name="Problems">What went wrong after the checkpoint was safe: an older one that could not be deleted, a link not made.</param>
public sealed record SavedCheckpoint(string Folder, long Bytes, IReadOnlyList<string> Removed, IReadOnlyList<string> Problems);
