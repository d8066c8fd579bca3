using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

internal static class TensorAssert
{
    /// <summary>Every difference within <paramref name="relative"/> of the largest expected value.</summary>
    public static void Close(Tensor expected, Tensor actual, double relative, string what = "")
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        if (expected.numel() == 0) return;
        var scale = Math.Max(expected.detach().abs().max().to_type(float64).item<double>(), 1e-30);
        var difference = expected.detach().to_type(float64).sub(actual.detach().to_type(float64)).abs().max().item<double>();
        Assert.True(difference <= relative * scale, $"{what}: largest difference {difference:g3}, largest value {scale:g3}, wanted {relative:g3} of it");
    }

    /// <summary>The same shape, type and bits.</summary>
    public static void Same(Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.True(expected.detach().contiguous().bytes.SequenceEqual(actual.detach().contiguous().bytes));
    }
}
