using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace CoFinetune.Models.Cpu;

/// <summary>
/// AdamW on the CPU, with the average of the weights and the clearing of the gradients in the same pass: the update costs what moving its memory does, so each
/// number is read and written once.
/// </summary>
public static unsafe class AdamWKernel
{
    private const int OfPiece = 1 << 16;

    /// <summary>Whether parameters can be updated by it: float32 on a CPU with AVX-512.</summary>
    public static bool Takes(Tensor values) =>
        values.device_type == TorchSharp.DeviceType.CPU && values.dtype == ScalarType.Float32 && Avx512F.IsSupported && Team.IsKnown;

    /// <summary>One update, in place; gradients are 0 afterwards.</summary>
    /// <param name="values">Parameters <c>[n]</c>, contiguous, n a multiple of 16.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="first">First moments.</param>
    /// <param name="second">Second moments.</param>
    /// <param name="average">An average of the parameters over the steps; null for none.</param>
    /// <param name="terms">The numbers of this step.</param>
    public static void Step(Tensor values, Tensor gradients, Tensor first, Tensor second, Tensor? average, AdamWTerms terms)
    {
        var count = values.numel();
        if (count % Vectors.Width != 0) throw new ArgumentException($"{count} parameters, not a multiple of {Vectors.Width}", nameof(values));
        var (value, gradient, m, s) = (Address(values), Address(gradients), Address(first), Address(second));
        var mean = average is null ? 0 : Address(average);
        Team.Run((int)((count + OfPiece - 1) / OfPiece), piece =>
        {
            var at = (nint)piece * OfPiece * sizeof(float);
            Step(
                (float*)(value + at), (float*)(gradient + at), (float*)(m + at), (float*)(s + at), mean == 0 ? null : (float*)(mean + at),
                Math.Min(OfPiece, count - (long)piece * OfPiece), terms);
        });
    }

    private static nint Address(Tensor tensor) => (nint)Memory.Of(tensor);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step(float* values, float* gradients, float* first, float* second, float* average, long count, AdamWTerms terms)
    {
        var clip = Vector512.Create((float)terms.Clip);
        var (ofFirst, ofSecond) = (Vector512.Create((float)(1 - terms.Betas.First)), Vector512.Create((float)(1 - terms.Betas.Second)));
        var keptSecond = Vector512.Create((float)terms.Betas.Second);
        var kept = Vector512.Create((float)(1 - terms.Rate * terms.Decay));
        var rate = Vector512.Create((float)(terms.Rate / (1 - Math.Pow(terms.Betas.First, terms.Step))));
        var root = Vector512.Create((float)(1 / Math.Sqrt(1 - Math.Pow(terms.Betas.Second, terms.Step))));
        var eps = Vector512.Create((float)terms.Eps);
        var ofAverage = Vector512.Create((float)terms.AverageWeight);
        for (long i = 0; i < count; i += Vectors.Width)
        {
            var gradient = Vector512.Load(gradients + i) * clip;
            var m = Vector512.Load(first + i);
            m = Vector512.FusedMultiplyAdd(gradient - m, ofFirst, m);
            var s = Vector512.FusedMultiplyAdd(gradient * gradient, ofSecond, Vector512.Load(second + i) * keptSecond);
            var value = Vector512.Load(values + i) * kept - rate * m / Vector512.FusedMultiplyAdd(Vector512.Sqrt(s), root, eps);
            Vector512.Store(Vector512<float>.Zero, gradients + i);
            Vector512.Store(m, first + i);
            Vector512.Store(s, second + i);
            Vector512.Store(value, values + i);
            if (average == null) continue;
            var mean = Vector512.Load(average + i);
            Vector512.Store(Vector512.FusedMultiplyAdd(value - mean, ofAverage, mean), average + i);
        }
    }
}
