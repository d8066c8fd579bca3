namespace CoFinetune.Models.Weights.Streams;

/// <summary>A range of bytes of a file.</summary>
internal readonly record struct FilePiece(long Offset, long Length);
