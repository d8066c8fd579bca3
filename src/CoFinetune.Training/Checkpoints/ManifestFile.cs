namespace CoFinetune.Training.Checkpoints;

/// <summary>One file of a checkpoint as its manifest lists it.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex, as <c>sha256sum</c> prints it.</param>
internal sealed record ManifestFile(string Name, long Size, string Sha256);
