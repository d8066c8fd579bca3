using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Ops;

namespace CoFinetune.Training;

/// <summary>Says to the model which clips of a batch go to which head, and where the persons stand.</summary>
internal static class ModelSlices
{
    /// <summary>The model's view of a dataset's clips in a batch that is passed whole.</summary>
    public static ModelSlice Of(ClipBatch batch, DatasetSlice slice) => Of(batch, slice.Dataset, slice.Start, slice.Count, 0);

    /// <summary>The model's view of clips in a pass.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="dataset">Their dataset.</param>
    /// <param name="start">The first of them, counted in the batch.</param>
    /// <param name="count">How many.</param>
    /// <param name="passStart">First clip of the pass, counted in the batch.</param>
    public static ModelSlice Of(ClipBatch batch, int dataset, int start, int count, int passStart)
    {
        var targets = batch.Samples.Skip(start).Take(count).Select(sample => sample.Target).ToList();
        return new ModelSlice(dataset, start - passStart, count, targets[0] is BoxTarget ? Boxes(targets) : null);
    }

    private static RoiBoxes Boxes(List<ClipTarget> targets)
    {
        var boxes = targets.Select(target => ((BoxTarget)target).Boxes).ToList();
        return new RoiBoxes(
            [.. boxes.SelectMany(clip => clip).SelectMany(person => new[] { person.Box.X1, person.Box.Y1, person.Box.X2, person.Box.Y2 })],
            [.. boxes.Select(clip => clip.Count)]);
    }
}
