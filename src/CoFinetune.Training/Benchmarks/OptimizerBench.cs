using System.Diagnostics;
using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Native;
using CoFinetune.Models.Transformers;
using CoFinetune.Models.Vivit;
using CoFinetune.Training.Optim;
using static TorchSharp.torch;

namespace CoFinetune.Training.Benchmarks;

/// <summary>Measures the update of a ViViT's weights on the CPU against TorchSharp's own optimizer, and against what the memory allows.</summary>
public static class OptimizerBench
{
    private const double Rate = 1e-4;
    private const double Decay = 0.05;
    private const double AverageDecay = 0.999;
    private const int Transfers = 10;                          // of all weights' bytes: see OptimizerBenchResult.FloorSeconds

    /// <summary>Measures.</summary>
    /// <param name="size">Size of the trunk.</param>
    /// <param name="steps">Updates measured, after one that is not.</param>
    /// <param name="stop">Ends the measuring.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static OptimizerBenchResult Run(TransformerSize size, int steps, CancellationToken stop)
    {
        NativeTorch.Load();
        using var scope = NewDisposeScope();
        var loop = Loop(size, steps, stop);
        var (count, ours) = Flat(size, steps, stop);
        return new(count, ours, loop, Floor(count, steps));
    }

    private static (long Count, double Seconds) Flat(TransformerSize size, int steps, CancellationToken stop)
    {
        using var model = Model(size);
        using var parameters = new FlatParameters(model.DescribeParameters().Select(p =>
            new OwnedParameter(p.Name, p.Parameter, OwnedParameter.Trunk, p.Decays)));
        using var optimizer = (new AdamWConfig { Lr = Rate, WeightDecay = Decay, ClipNorm = 1 }).Build(parameters);
        using var ema = new WeightEma(parameters, new EmaConfig { Decay = AverageDecay });
        var active = new HashSet<string> { OwnedParameter.Trunk };
        var seconds = Median(
            steps, () => parameters.Gradients.fill_(1e-3), () => optimizer.Step(Rate, _ => 1, active, ema), stop);
        return (parameters.Ranges.Sum(range => range.ParameterCount), seconds);
    }

    private static double Loop(TransformerSize size, int steps, CancellationToken stop)
    {
        using var model = Model(size);
        var parameters = model.DescribeParameters().Select(p => p.Parameter).ToList();
        foreach (var parameter in parameters) parameter.grad = zeros_like(parameter);
        var averages = parameters.Select(p => p.detach().clone()).ToList();
        using var optimizer = optim.AdamW(parameters, Rate, weight_decay: Decay);
        return Median(
            steps, () => parameters.ForEach(p => p.grad!.fill_(1e-3)), () =>
            {
                nn.utils.clip_grad_norm_(parameters, 1);
                optimizer.step();
                using var noGradient = no_grad();
                for (var i = 0; i < averages.Count; i++) averages[i].lerp_(parameters[i], 1 - AverageDecay);
            },
            stop);
    }

    private static double Floor(long count, int steps)
    {
        var (from, to) = (zeros(count), zeros(count));
        var best = double.MaxValue;
        for (var n = 0; n <= steps; n++)
        {
            var since = Stopwatch.GetTimestamp();
            to.copy_(from);
            best = Math.Min(best, Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
        return best / 2 * Transfers;                           // a copy reads and writes
    }

    private static double Median(int steps, Action prepare, Action update, CancellationToken stop)
    {
        var seconds = new List<double>();
        for (var n = 0; n <= steps; n++)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            prepare();
            var since = Stopwatch.GetTimestamp();
            update();
            if (n > 0) seconds.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
        return StepBenchResult.MedianOf(seconds);
    }

    private static CoFinetuneModel Model(TransformerSize size) => new(
        new VivitConfig { Size = size, Tubelet = [2, 16, 16] }, 16, 224, 224, [new DatasetHead("clips", new LinearHeadConfig(), 400)], seed: 0);
}
