using System.Diagnostics;
using CoFinetune.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Training.Benchmarks;

/// <summary>The fastest product of two large square matrices: what the hardware and its library can do at best.</summary>
internal static class MatrixPeak
{
    /// <summary>Billions of floating-point operations a second, the best of several products.</summary>
    public static double Measure(Device device, Precision precision)
    {
        var type = precision.FactorsOn(device.type);
        var (side, tries) = device.type == DeviceType.CUDA ? (8192, 20) : (2048, 8);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (a, b) = (randn(side, side, device: device).to(type), randn(side, side, device: device).to(type));
        var best = TimeSpan.MaxValue;
        for (var n = 0; n < tries; n++)
        {
            PhaseClock.Synchronise(device);
            var since = Stopwatch.GetTimestamp();
            a.matmul(b).Dispose();
            PhaseClock.Synchronise(device);
            var taken = Stopwatch.GetElapsedTime(since);
            if (taken < best) best = taken;
        }
        return 2 * Math.Pow(side, 3) / best.TotalSeconds / 1e9;
    }
}
