using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Sampling;
using CoFinetune.Training.Losses;
using CoFinetune.Training.Optim;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>One optimizer step: forward over all datasets of the batch at once, losses, backward, update.</summary>
internal sealed class TrainStep(LoadedRun run, FlatParameters parameters, Optimizer optimizer)
{
    private readonly RunConfig _config = run.Config;
    private readonly IReadOnlyList<RunDataset> _datasets = run.Datasets;
    private readonly Device _device = run.Clips.Device;

    /// <summary>Trains on <paramref name="batch"/>; <paramref name="step"/> counts from 0.</summary>
    /// <exception cref="DivergedException">The loss or the gradient is not finite; the parameters are as before.</exception>
    public StepReport Run(ClipBatch batch, long step)
    {
        using var scope = NewDisposeScope();
        SeedDropout(step);
        run.Model.train();
        parameters.ZeroGradients();

        // A dataset's rate reaches the trunk through its share of the gradient, and its head through the head's own rate.
        // With one dataset in the step this is PolyViT's rule: the whole step takes that dataset's rate.
        var scales = batch.Slices.Select(slice => _datasets[slice.Dataset].Block.LrScale).ToList();
        var trunkScale = scales.Max();
        var slices = batch.Slices.Select((slice, i) => ModelSlices.Of(batch, slice, trunkScale > 0 ? scales[i] / trunkScale : 0)).ToList();
        var weights = batch.Slices.Select(slice => MixupWeight(slice, step)).ToList();
        var clips = run.Clips.Upload(batch);
        foreach (var (slice, weight) in batch.Slices.Zip(weights)) Mixup.Mix(clips.narrow(0, slice.Start, slice.Count), weight);
        var logits = run.Model.forward(clips, slices);
        var losses = batch.Slices.Select((slice, i) => Loss(batch, slice, logits[i], weights[i])).ToList();

        var total = zeros(1, device: _device);
        for (var i = 0; i < losses.Count; i++)
        {
            var weight = _datasets[batch.Slices[i].Dataset].Block.LossWeight * batch.Slices[i].Count / batch.Samples.Count;
            total = total + losses[i] * weight;
        }
        total.backward();

        var rate = _config.Optimizer.Lr * _config.Schedule.FactorAt(step, _config.Steps);
        var values = stack([total.squeeze(), .. losses.Select(loss => loss.squeeze())]).to(CPU).data<float>().ToArray();
        if (!values.All(float.IsFinite)) throw Diverged(batch, step, $"the loss is {values[0]}");
        var rates = batch.Slices.ToDictionary(slice => _datasets[slice.Dataset].Name, slice => _datasets[slice.Dataset].Block.LrScale);
        rates[OwnedParameter.Trunk] = trunkScale;
        var update = optimizer.Step(rate, owner => rates[owner], rates.Keys.ToHashSet());
        if (!update.Finite) throw Diverged(batch, step, $"the norm of the gradient is {update.GradientNorm}");

        return new StepReport
        {
            Step = step + 1,
            Total = _config.Steps,
            Clips = batch.Samples.Count,
            Loss = values[0],
            Losses = [.. batch.Slices.Select((slice, i) => (_datasets[slice.Dataset].Name, (double)values[i + 1]))],
            LearningRate = rate,
            GradientNorm = update.GradientNorm,
        };
    }

    /// <summary>Dropout and stochastic depth are functions of the seed and the step, on the CPU and on the device.</summary>
    private void SeedDropout(long step)
    {
        var seed = (long)KeyedHash.Derive((ulong)_config.Seed, Purpose.Dropout, (ulong)step);
        manual_seed(seed).Dispose();
        if (_device.type == DeviceType.CUDA) cuda.manual_seed_all(seed);
    }

    /// <summary>The weight of a dataset's own clips against their partners, a function of the seed, the step and the dataset; 1 without mixup.</summary>
    private double MixupWeight(DatasetSlice slice, long step) => _datasets[slice.Dataset].Block.Mixup is > 0 and var alpha
        ? new KeyedRandom(KeyedHash.Derive((ulong)_config.Seed, Purpose.Mixing, (ulong)step, (ulong)slice.Dataset)).NextBeta(alpha)
        : 1;

    private Tensor Loss(ClipBatch batch, DatasetSlice slice, Tensor logits, double weight)
    {
        var dataset = _datasets[slice.Dataset];
        var targets = batch.Samples.Skip(slice.Start).Take(slice.Count).Select(sample => sample.Target);
        var block = dataset.Block;
        return block.Data.Task switch
        {
            ClipTask.Classification when weight < 1 => SoftmaxCrossEntropy.OfTargets(
                logits, Mixup.Mix(MultiHot(targets.Select(t => new[] { ((ClassTarget)t).Label }), dataset.Labels.Count), weight), block.LabelSmoothing),
            ClipTask.Classification => SoftmaxCrossEntropy.OfLabels(
                logits, tensor(targets.Select(t => (long)((ClassTarget)t).Label).ToArray(), device: _device), block.LabelSmoothing),
            ClipTask.MultiLabel => SigmoidCrossEntropy.OfTargets(
                logits, Mixup.Mix(MultiHot(targets.Select(t => ((ClassesTarget)t).Labels), dataset.Labels.Count), weight), block.BoxLoss, block.LabelSmoothing),
            ClipTask.ActionDetection => SigmoidCrossEntropy.OfTargets(
                logits, MultiHot(targets.SelectMany(t => ((BoxTarget)t).Boxes).Select(box => box.Labels), dataset.Labels.Count), block.BoxLoss),
        };
    }

    private Tensor MultiHot(IEnumerable<IReadOnlyList<int>> labels, int classes)
    {
        var rows = labels.ToList();
        var values = new float[rows.Count * classes];
        for (var r = 0; r < rows.Count; r++)
            foreach (var label in rows[r]) values[r * classes + label] = 1;
        return tensor(values, [rows.Count, classes], device: _device);          // [R, K]
    }

    private DivergedException Diverged(ClipBatch batch, long step, string what)
    {
        var samples = batch.Samples.Take(8).Select(s => $"{_datasets[s.Dataset].Name}:{s.Source.Name}{(s.Source.Timestamp is { } t ? $"@{t}" : "")}");
        return new DivergedException($"step {step + 1}: {what}; the batch held {string.Join(", ", samples)}{(batch.Samples.Count > 8 ? ", …" : "")}");
    }
}
