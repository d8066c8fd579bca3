using System.Runtime.InteropServices;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Sampling;
using CoFinetune.Models;
using CoFinetune.Models.Layers;
using CoFinetune.Training.Optim;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>One optimizer step: forward, losses and backward in one or several passes over the batch, then the update.</summary>
internal sealed class TrainStep(LoadedRun run, FlatParameters parameters, Optimizer optimizer, WeightEma? ema, PhaseClock? clock = null)
{
    private readonly RunConfig _config = run.Config;
    private readonly IReadOnlyList<RunDataset> _datasets = run.Datasets;
    private readonly Device _device = run.Clips.Device;
    private MemoryUse _memory = MemoryUse.Unknown;

    /// <summary>Trains on a batch.</summary>
    /// <param name="batch">The clips.</param>
    /// <param name="step">Which step it is, from 0.</param>
    /// <param name="meanwhile">Called once the device has all the work of forward and backward, before their results are waited for.</param>
    /// <exception cref="DivergedException">The loss or the gradient is not finite; the parameters are as before.</exception>
    /// <exception cref="BatchMemoryException">The batch does not fit in memory.</exception>
    public StepReport Run(ClipBatch batch, long step, Action? meanwhile = null)
    {
        var done = false;
        try
        {
            var report = Take(batch, step, meanwhile);
            done = true;
            return report;
        }
        catch (Exception failure) when (OutOfMemory.Is(failure))
        {
            throw BatchMemoryException.OfStep(_config, step + 1, [.. batch.Slices.Select(slice => (_datasets[slice.Dataset].Name, slice.Count))], failure);
        }
        finally
        {
            if (!done) Forget();                                      // A step that was made has done so.
        }
    }

    private void Forget()
    {
        try
        {
            run.Model.Forget();
            parameters.ZeroGradients();
        }
        catch (ExternalException)
        {
            // A GPU that has failed fails at everything after; what it failed at first is told.
        }
    }

    private StepReport Take(ClipBatch batch, long step, Action? meanwhile)
    {
        using var scope = NewDisposeScope();
        run.Model.train();
        var plan = new StepPlan(batch, _datasets, _config.Mixture.SeparatePasses);
        var losses = batch.Slices.Select(slice => DatasetLoss.Of(_datasets[slice.Dataset], batch, slice, MixupWeight(slice, step), _device)).ToList();
        var pixels = run.Clips.Upload(batch);
        var sums = batch.Slices.Select(_ => zeros(1, device: _device)).ToList();
        var parts = _config.Gradients?.Measures(step) == true ? new GradientParts(parameters) : null;
        var passes = BatchPass.Split(batch.Slices, _config.MicroBatch, _config.Mixture.SeparatePasses || parts is not null);
        for (var pass = 0; pass < passes.Count; pass++)
        {
            DropoutSeed.Set((long)KeyedHash.Derive((ulong)_config.Seed, Purpose.Dropout, (ulong)step, (ulong)pass), _device);
            Pass(batch, passes[pass], plan, losses, pixels, sums);
            if (pass + 1 == passes.Count || passes[pass + 1].Parts[0].Slice != passes[pass].Parts[0].Slice) parts?.Close();
        }
        meanwhile?.Invoke();
        var gradients = parts is null ? null : GradientReport.Of([.. batch.Slices.Select(slice => _datasets[slice.Dataset].Name)], parts.Join());
        return Update(batch, step, plan, sums) with { Gradients = gradients };
    }

    /// <summary>Forward and backward of some of the clips; adds to the gradients and to <paramref name="sums"/>.</summary>
    private void Pass(ClipBatch batch, BatchPass pass, StepPlan plan, List<DatasetLoss> losses, Tensor pixels, List<Tensor> sums)
    {
        using var scope = NewDisposeScope();
        var clips = ClipTensor.Normalise(pixels.narrow(0, pass.Start, pass.Count));                  // [B, T, H, W, 3]
        var slices = new List<ModelSlice>();
        foreach (var (index, start, count) in pass.Parts)
        {
            var slice = batch.Slices[index];
            Mixup.Mix(
                pixels.narrow(0, slice.Start, slice.Count), clips.narrow(0, start - pass.Start, count),
                start - slice.Start, count, losses[index].MixWeight, ClipTensor.Normalise);
            slices.Add(ModelSlices.Of(batch, slice.Dataset, start, count, pass.Start) with
            {
                TrunkGradientScale = plan.TrunkShares[index],
                DropPath = _datasets[slice.Dataset].Block.DropPath,
            });
        }
        clock?.Lap(StepPhase.Data);
        var logits = run.Model.forward(clips, slices);

        var total = zeros(1, device: _device);
        for (var i = 0; i < slices.Count; i++)
        {
            var (index, start, count) = pass.Parts[i];
            var loss = losses[index].Of(logits[i], start - batch.Slices[index].Start, count);
            total = total + loss * plan.LossWeights[index];
            sums[index].add_(loss.detach());
        }
        clock?.Lap(StepPhase.Forward);
        run.Model.Backward(total);
        clock?.Lap(StepPhase.Backward);
    }

    private StepReport Update(ClipBatch batch, long step, StepPlan plan, List<Tensor> sums)
    {
        var values = cat([.. sums]).to(CPU).data<float>().ToArray();
        var loss = values.Zip(plan.LossWeights, (value, weight) => value * weight).Sum();
        if (!double.IsFinite(loss)) throw Diverged(batch, step, $"the loss is {loss}");
        var rate = _config.Optimizer.Lr * _config.Schedule.FactorAt(step, _config.Steps);
        var update = optimizer.Step(rate, owner => plan.Rates[owner], plan.Rates.Keys.ToHashSet(), ema);
        if (!update.Finite) throw Diverged(batch, step, $"the norm of the gradient is {update.GradientNorm}");
        clock?.Lap(StepPhase.Optimizer);

        return new StepReport
        {
            Step = step + 1,
            Total = _config.Steps,
            Clips = batch.Samples.Count,
            Loss = loss,
            Losses = [.. batch.Slices.Select((slice, i) => (_datasets[slice.Dataset].Name, (double)values[i]))],
            LearningRate = rate,
            GradientNorm = update.GradientNorm,
            Memory = _memory = _memory.Next(_device),
        };
    }

    /// <summary>The weight of a dataset's own clips against their partners, a function of the seed, the step and the dataset; 1 without mixup.</summary>
    private double MixupWeight(DatasetSlice slice, long step) => _datasets[slice.Dataset].Block.Mixup is > 0 and var alpha
        ? new KeyedRandom(KeyedHash.Derive((ulong)_config.Seed, Purpose.Mixing, (ulong)step, (ulong)slice.Dataset)).NextBeta(alpha)
        : 1;

    private DivergedException Diverged(ClipBatch batch, long step, string what)
    {
        var samples = batch.Samples.Take(8).Select(s => $"{_datasets[s.Dataset].Name}:{s.Source.Name}{(s.Source.Timestamp is { } t ? $"@{t}" : "")}");
        return new DivergedException($"step {step + 1}: {what}; the batch held {string.Join(", ", samples)}{(batch.Samples.Count > 8 ? ", …" : "")}");
    }
}
