// B clips or R boxes of one dataset, K classes
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Training.Losses;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>The loss of one dataset's clips in a step, as a whole or piece by piece: the pieces add up to the mean over all clips, or all boxes.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="targets">What all of its clips in the step show.</param>
/// <param name="mixWeight">The weight of the clips against their mixup partners; 1 without mixup.</param>
/// <param name="device">Where logits are.</param>
internal sealed class DatasetLoss(RunDataset dataset, IReadOnlyList<ClipTarget> targets, double mixWeight, Device device)
{
    private readonly DatasetBlock _block = dataset.Block;
    private readonly int _classes = dataset.Labels.Count;
    private readonly long _examples = targets.Sum(target => target is BoxTarget boxes ? boxes.Boxes.Count : 1L);

    /// <summary>The weight of the clips against their mixup partners.</summary>
    public double MixWeight => mixWeight;

    /// <summary>The loss of a slice of a batch.</summary>
    public static DatasetLoss Of(RunDataset dataset, ClipBatch batch, DatasetSlice slice, double mixWeight, Device device) =>
        new(dataset, [.. batch.Samples.Skip(slice.Start).Take(slice.Count).Select(sample => sample.Target)], mixWeight, device);

    /// <summary>What clips <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> contribute, a scalar.</summary>
    /// <param name="logits"><c>[count, K]</c>, or <c>[R, K]</c> for their boxes.</param>
    /// <param name="start">First clip, counted in the dataset's own.</param>
    /// <param name="count">Clips.</param>
    public Tensor Of(Tensor logits, int start, int count) => _block.Data.Task switch
    {
        ClipTask.Classification when mixWeight < 1 => SoftmaxCrossEntropy.OfTargets(
            logits, Mixed(targets.Select(t => new[] { ((ClassTarget)t).Label }), start, count), _block.LabelSmoothing, _examples),
        ClipTask.Classification => SoftmaxCrossEntropy.OfLabels(
            logits, tensor(targets.Skip(start).Take(count).Select(t => (long)((ClassTarget)t).Label).ToArray()).SendTo(device),
            _block.LabelSmoothing, _examples),
        ClipTask.MultiLabel => Sigmoid(logits, Mixed(targets.Select(t => ((ClassesTarget)t).Labels), start, count)),
        ClipTask.ActionDetection => Sigmoid(
            logits, MultiHot(targets.Skip(start).Take(count).SelectMany(t => ((BoxTarget)t).Boxes).Select(box => box.Labels))),
    };

    private Tensor Sigmoid(Tensor logits, Tensor hot) => SigmoidCrossEntropy.OfTargets(
        logits, hot, _block.BoxLoss, _block.LabelSmoothing, _block.Focus, _examples);

    /// <summary>The targets of some of the clips, blended as the clips are: each class's share, <c>[count, K]</c>.</summary>
    private Tensor Mixed(IEnumerable<IReadOnlyList<int>> labels, int start, int count)
    {
        var all = MultiHot(labels);
        var some = all.narrow(0, start, count).clone();
        Mixup.Mix(all, some, start, count, mixWeight, shares => shares);
        return some;
    }

    private Tensor MultiHot(IEnumerable<IReadOnlyList<int>> labels)
    {
        var rows = labels.ToList();
        var values = new float[rows.Count * _classes];
        for (var r = 0; r < rows.Count; r++)
            foreach (var label in rows[r]) values[r * _classes + label] = 1;
        return tensor(values, [rows.Count, _classes]).SendTo(device);                                      // [R, K]
    }
}
