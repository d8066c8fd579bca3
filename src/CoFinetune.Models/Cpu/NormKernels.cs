// R rows, D width
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Models.Cpu;

/// <summary>Layer normalisation; backward joins the gradient that comes past it.</summary>
internal static unsafe class NormKernels
{
    /// <summary>y = (x - mean)·rstd·weight + bias.</summary>
    /// <param name="rows">Rows R.</param>
    /// <param name="width">D, a multiple of 16.</param>
    /// <param name="x"><c>[R, D]</c></param>
    /// <param name="weight"><c>[D]</c></param>
    /// <param name="bias"><c>[D]</c></param>
    /// <param name="eps">Added to the variance.</param>
    /// <param name="y">Where the result goes, <c>[R, D]</c>.</param>
    /// <param name="statistics">Where mean and rstd of each row go, <c>[R, 2]</c>.</param>
    public static void Forward<T>(Rows rows, int width, float* x, float* weight, float* bias, double eps, T* y, float* statistics)
        where T : unmanaged, IElement<T> =>
        rows.Run((_, first, end) =>
        {
            for (var row = first; row < end; row++) Norm(width, x + (long)row * width, weight, bias, (float)eps, y + (long)row * width, statistics + 2L * row);
        });

    /// <summary>Gradient of x, and of weight and bias.</summary>
    /// <param name="rows">Rows R.</param>
    /// <param name="width">D, a multiple of 16.</param>
    /// <param name="gradient">Of y, <c>[R, D]</c>.</param>
    /// <param name="x">What was normed, <c>[R, D]</c>.</param>
    /// <param name="statistics">From forward, <c>[R, 2]</c>.</param>
    /// <param name="weight"><c>[D]</c></param>
    /// <param name="past">Gradient that comes to x past the norm, <c>[R, D]</c>.</param>
    /// <param name="result">Where the gradient of x goes, <c>[R, D]</c>; may be <paramref name="past"/>.</param>
    /// <param name="weightSums">Gradient of the weight.</param>
    /// <param name="biasSums">Gradient of the bias.</param>
    public static void Backward<T>(
        Rows rows, int width, T* gradient, float* x, float* statistics, float* weight, float* past, float* result, ColumnSums weightSums, ColumnSums biasSums)
        where T : unmanaged, IElement<T> =>
        rows.Run((piece, first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                var at = (long)row * width;
                NormBackward(
                    width, gradient + at, x + at, statistics[2L * row], statistics[2L * row + 1], weight, past + at, result + at, weightSums.Of(piece), biasSums.Of(piece));
            }
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Norm<T>(int width, float* x, float* weight, float* bias, float eps, T* y, float* statistics)
        where T : unmanaged, IElement<T>
    {
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < width; i += Vectors.Width) sum += Vector512.Load(x + i);
        var mean = Vector512.Sum(sum) / width;
        var (center, squares) = (Vector512.Create(mean), Vector512<float>.Zero);
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var away = Vector512.Load(x + i) - center;
            squares = Vector512.FusedMultiplyAdd(away, away, squares);
        }
        var rstd = 1 / MathF.Sqrt(Vector512.Sum(squares) / width + eps);
        var scale = Vector512.Create(rstd);
        for (var i = 0; i < width; i += Vectors.Width)
            T.Store(y + i, Vector512.FusedMultiplyAdd((Vector512.Load(x + i) - center) * scale, Vector512.Load(weight + i), Vector512.Load(bias + i)));
        (statistics[0], statistics[1]) = (mean, rstd);
    }

    /// <summary>With h = (x - mean)·rstd and f = gradient·weight: past + rstd·(f - mean(f) - h·mean(f·h)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void NormBackward<T>(
        int width, T* gradient, float* x, float mean, float rstd, float* weight, float* past, float* result, float* weightSum, float* biasSum)
        where T : unmanaged, IElement<T>
    {
        var (center, scale) = (Vector512.Create(mean), Vector512.Create(rstd));
        var (sum, product) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var g = T.Load(gradient + i);
            var h = (Vector512.Load(x + i) - center) * scale;
            var f = g * Vector512.Load(weight + i);
            sum += f;
            product = Vector512.FusedMultiplyAdd(f, h, product);
            Vector512.Store(Vector512.FusedMultiplyAdd(g, h, Vector512.Load(weightSum + i)), weightSum + i);
            Vector512.Store(Vector512.Load(biasSum + i) + g, biasSum + i);
        }
        var (meanFlow, meanProduct) = (Vector512.Create(Vector512.Sum(sum) / width), Vector512.Create(Vector512.Sum(product) / width));
        for (var i = 0; i < width; i += Vectors.Width)
        {
            var h = (Vector512.Load(x + i) - center) * scale;
            var f = T.Load(gradient + i) * Vector512.Load(weight + i) - meanFlow - h * meanProduct;
            Vector512.Store(Vector512.FusedMultiplyAdd(f, scale, Vector512.Load(past + i)), result + i);
        }
    }
}
