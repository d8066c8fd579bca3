using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

internal static class LiveTensors
{
    /// <summary>Runs <paramref name="work"/> twice inside a scope; the second time must leave no tensor behind and release none of others.</summary>
    public static void RequireNoneLeft(Action work)
    {
        Run(work);
        var before = Tensor.TotalCount;
        Run(work);
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static void Run(Action work)
    {
        using var scope = NewDisposeScope();
        work();
    }
}
