namespace CoFinetune.Models.Native;

/// <summary>How libtorch was loaded.</summary>
/// <param name="Folder">Where libtorch's own libraries lie.</param>
/// <param name="Shim">The file of TorchSharp's native half.</param>
/// <param name="Weakened">True when the shim needed a newer libstdc++ than this system has, and that need was lifted in memory.</param>
/// <param name="CudaProblem">Why the folder's <c>libtorch_cuda</c> could not be loaded; null when it could, has not been tried, or is not there.</param>
public sealed record NativeTorchInfo(string Folder, string Shim, bool Weakened, string? CudaProblem);
