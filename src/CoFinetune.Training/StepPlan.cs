using CoFinetune.Data.Loading;
using CoFinetune.Training.Optim;

namespace CoFinetune.Training;

/// <summary>How the datasets of a step count against each other.</summary>
/// <remarks>
/// A dataset's rate reaches the trunk through its share of the gradient, and its head through the head's own rate. With one dataset in the
/// step this is PolyViT's rule: the whole step takes that dataset's rate.
/// </remarks>
internal sealed class StepPlan
{
    /// <summary>Plans a step.</summary>
    /// <param name="batch">Its clips.</param>
    /// <param name="datasets">The datasets of the run.</param>
    /// <param name="separate">True adds the gradients of the datasets' own mean losses; false is the mean over the clips of all.</param>
    public StepPlan(ClipBatch batch, IReadOnlyList<RunDataset> datasets, bool separate)
    {
        var blocks = batch.Slices.Select(slice => datasets[slice.Dataset].Block).ToList();
        var trunk = blocks.Max(block => block.LrScale);
        TrunkShares = [.. blocks.Select(block => trunk > 0 ? block.LrScale / trunk : 0)];
        LossWeights = [.. batch.Slices.Zip(blocks, (slice, block) => block.LossWeight * (separate ? 1 : (double)slice.Count / batch.Samples.Count))];
        var rates = new Dictionary<string, double> { [OwnedParameter.Trunk] = trunk };
        foreach (var slice in batch.Slices) rates[datasets[slice.Dataset].Name] = datasets[slice.Dataset].Block.LrScale;
        Rates = rates;
    }

    /// <summary>By slice: the factor of the gradient that it sends into the trunk.</summary>
    public IReadOnlyList<double> TrunkShares { get; }

    /// <summary>By slice: the factor of its mean loss in what is minimised.</summary>
    public IReadOnlyList<double> LossWeights { get; }

    /// <summary>By owner of parameters that take part in the step: what the learning rate is multiplied by.</summary>
    public IReadOnlyDictionary<string, double> Rates { get; }
}
