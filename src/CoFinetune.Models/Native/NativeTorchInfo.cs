namespace CoFinetune.Models.Native;

/// <summary>How libtorch was loaded.</summary>
/// <param name="Folder">Where libtorch's own libraries lie.</param>
/// <param name="Shim">The file of TorchSharp's native half.</param>
/// <param name="Weakened">True when the shim needed a newer libstdc++ than this system has, and that need was lifted in memory.</param>
public sealed record NativeTorchInfo(string Folder, string Shim, bool Weakened);
