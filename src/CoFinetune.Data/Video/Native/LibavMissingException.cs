namespace CoFinetune.Data.Video.Native;

/// <summary>FFmpeg's shared libraries are not on this machine, or not those that this program knows.</summary>
internal sealed class LibavMissingException(string reason) : Exception(reason);
