using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace CoFinetune.Models.Native;

internal static class ModuleStart
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The hook must stand before the first use of TorchSharp, wherever that is.")]
    internal static void Initialise() => NativeTorch.Prepare();
}
