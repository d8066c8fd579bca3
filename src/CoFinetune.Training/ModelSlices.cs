using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Ops;

namespace CoFinetune.Training;

/// <summary>Says to the model which clips of a batch go to which head, and where the persons stand.</summary>
internal static class ModelSlices
{
    /// <summary>The model's view of <paramref name="slice"/>.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="slice">One dataset's clips in it.</param>
    /// <param name="trunkGradientScale">Factor of the gradient that this dataset sends into the trunk.</param>
    public static ModelSlice Of(ClipBatch batch, DatasetSlice slice, double trunkGradientScale = 1)
    {
        var targets = batch.Samples.Skip(slice.Start).Take(slice.Count).Select(sample => sample.Target).ToList();
        return new ModelSlice(slice.Dataset, slice.Start, slice.Count, targets[0] is BoxTarget ? Boxes(targets) : null)
        {
            TrunkGradientScale = trunkGradientScale,
        };
    }

    private static RoiBoxes Boxes(List<ClipTarget> targets)
    {
        var boxes = targets.Select(target => ((BoxTarget)target).Boxes).ToList();
        return new RoiBoxes(
            [.. boxes.SelectMany(clip => clip).SelectMany(person => new[] { person.Box.X1, person.Box.Y1, person.Box.X2, person.Box.Y2 })],
            [.. boxes.Select(clip => clip.Count)]);
    }
}
