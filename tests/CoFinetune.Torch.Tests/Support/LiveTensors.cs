using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

internal static class LiveTensors
{
    /// <summary>
    /// Tensors made on this thread and not disposed on it. Unlike <see cref="Tensor.TotalCount"/> this does not move when the garbage
    /// collector comes by in the middle of a test and takes what earlier tests left.
    /// </summary>
    public static long Count => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

    /// <summary>Runs <paramref name="work"/> twice inside a scope; the second time must leave no tensor behind and release none of others.</summary>
    public static void RequireNoneLeft(Action work)
    {
        Run(work);
        var before = Count;
        Run(work);
        Assert.Equal(before, Count);
    }

    private static void Run(Action work)
    {
        using var scope = NewDisposeScope();
        work();
    }
}
