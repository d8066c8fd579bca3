using System.Runtime.CompilerServices;
using Xunit;
using Xunit.Sdk;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

public sealed class LiveTensorsTests
{
    [Fact]
    public void RequireNoneLeft_TensorLeft_Fails()
    {
        var left = new List<Tensor>();
        Assert.Throws<EqualException>(() => LiveTensors.RequireNoneLeft(() => left.Add(ones(1).DetachFromDisposeScope())));
        left.ForEach(tensor => tensor.Dispose());
    }

    [Fact]
    public void RequireNoneLeft_CollectorTakesWhatAnEarlierTestLeft_Passes()
    {
        Forget();
        var round = 0;
        LiveTensors.RequireNoneLeft(() =>
        {
            ones(1).Dispose();
            if (++round == 1) return;
            GC.Collect();
            GC.WaitForPendingFinalizers();
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget() => GC.KeepAlive(ones(1));
}
