namespace CoFinetune.Data.Preparing;

/// <summary>A video and its prepared copy.</summary>
/// <param name="Source">The full path of the original, a file or a folder of images.</param>
/// <param name="Copy">The copy, relative to the folder of copies.</param>
/// <param name="Frames">Frames of both.</param>
/// <param name="BytesBefore">Size of the original.</param>
/// <param name="BytesAfter">Size of the copy.</param>
public sealed record PreparedVideo(string Source, string Copy, int Frames, long BytesBefore, long BytesAfter);
