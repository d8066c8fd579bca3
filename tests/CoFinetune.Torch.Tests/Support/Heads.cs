using CoFinetune.Training;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>Heads that tell clips apart before anything is learned; fresh ones are zero.</summary>
internal static class Heads
{
    /// <summary>Fills all heads with normal values of this standard deviation.</summary>
    public static void Randomise(LoadedRun run, double deviation = 1)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        manual_seed(2);
        foreach (var parameter in run.Model.DescribeParameters().Where(p => p.Head is not null)) parameter.Parameter.copy_(deviation * randn(parameter.Parameter.shape));
    }
}
