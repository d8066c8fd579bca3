using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Runs the model over a dataset's validation entries, in their order, without augmentation; views and crops are averaged
/// (<see cref="ViewAverage"/>).</summary>
internal sealed class ValidationPass(LoadedRun run)
{
    /// <summary>Runs every entry through the model.</summary>
    /// <param name="dataset">One of the run's datasets, perhaps with other entries.</param>
    /// <param name="take">Takes the entries of a batch that are complete and their scores: logits of one class, <c>[entries, K]</c>; probabilities of several
    /// classes, the same, or of the persons in these entries, <c>[persons, K]</c>.</param>
    /// <param name="progress">Told how many clips are done and how many there are, each view and crop being one.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DataException">A video cannot be decoded.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    /// <exception cref="BatchMemoryException">A batch does not fit in memory.</exception>
    public void Run(RunDataset dataset, Action<IReadOnlyList<ClipSample>, float[]> take, Action<int, int> progress, CancellationToken stop)
    {
        try
        {
            RunAll(dataset, take, progress, stop);
        }
        catch (Exception failure) when (OutOfMemory.Is(failure))
        {
            throw BatchMemoryException.OfScoring(run.Config, dataset.Name, failure);
        }
    }

    private void RunAll(RunDataset dataset, Action<IReadOnlyList<ClipSample>, float[]> take, Action<int, int> progress, CancellationToken stop)
    {
        run.Model.eval();
        using var noGradient = no_grad();
        var (clips, crops) = run.Config.Evaluate.ViewsOf(dataset.Block);
        var average = new ViewAverage(clips * crops, dataset.Labels.Count, run.Config.Evaluate.Average, dataset.Block.Data.Task == ClipTask.MultiLabel);
        var done = 0;
        using var batches = new BatchesAhead(run.ValidationBatches(dataset, stop), run.Clips);
        while (batches.Next(stop) is { } next)
        {
            using var batch = next;
            using var scope = NewDisposeScope();
            var logits = run.Model.forward(run.Clips.UploadNormalised(batch), [ModelSlices.Of(batch, batch.Slices[0])])[0];
            batches.Begin();
            var (samples, means) = average.Add(batch.Samples, logits.to(CPU).data<float>().ToArray());
            take(samples, dataset.Block.Data.Task == ClipTask.Classification ? means : [.. means.Select(Sigmoid)]);
            progress(done += batch.Samples.Count, dataset.Validation.Items.Count * clips * crops);
        }
    }

    // libtorch's own differs in the last digit between the elements of a tensor's end and the others: an entry's score must not depend on its neighbors.
    private static float Sigmoid(float logit) => (float)(1 / (1 + Math.Exp(-logit)));
}
