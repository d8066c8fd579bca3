using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>The generators that dropout and stochastic depth draw from. They are seeded before each use, so no state of theirs is ever kept.</summary>
public static class DropoutSeed
{
    /// <summary>Seeds the CPU's default generator, and the device's.</summary>
    public static void Set(long seed, Device device)
    {
        manual_seed(seed).Dispose();
        if (device.type == DeviceType.CUDA) cuda.manual_seed_all(seed);
    }

    /// <summary>A seed drawn from the CPU's default generator.</summary>
    public static long Draw()
    {
        using var drawn = randint(0, int.MaxValue, [1], dtype: ScalarType.Int64, device: CPU);
        return drawn.item<long>();
    }
}
