using System.Runtime.CompilerServices;
using CoFinetune.Models.Native;
using Xunit;

// libtorch's default random generator and its threads belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace CoFinetune.Torch.Tests;

internal static class AssemblyStart
{
    // Tests that use TorchSharp directly may do so before any code of CoFinetune.Models runs.
#pragma warning disable CA2255
    [ModuleInitializer]
    internal static void Initialise() => NativeTorch.Prepare();
#pragma warning restore CA2255
}
