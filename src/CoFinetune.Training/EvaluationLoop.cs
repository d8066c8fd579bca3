using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Statistics;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Scores the model on one dataset's validation split, in the split's order, without augmentation; views and crops are averaged
/// (<see cref="ViewAverage"/>).</summary>
/// <param name="run">The run.</param>
/// <param name="note">Told why figures are left out; null for nobody.</param>
/// <param name="drawn">Told how many draws for intervals are done, and of how many; null for nobody.</param>
public sealed class EvaluationLoop(LoadedRun run, Action<string>? note = null, Action<int, int>? drawn = null)
{
    private readonly Dictionary<string, EvaluationOptions> _options = [];

    /// <summary>Runs the whole split through the model.</summary>
    /// <param name="dataset">Which dataset.</param>
    /// <param name="progress">Told how many clips are done, each view and crop being one.</param>
    /// <param name="stop">Gives the evaluation up.</param>
    /// <exception cref="DataException">A video cannot be decoded.</exception>
    /// <exception cref="DivergedException">A score is not finite.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    /// <exception cref="BatchMemoryException">A batch does not fit in memory.</exception>
    public EvaluationReport Score(RunDataset dataset, Action<int, int> progress, CancellationToken stop)
    {
        try
        {
            return ScoreAll(dataset, progress, stop);
        }
        catch (Exception failure) when (OutOfMemory.Is(failure))
        {
            throw BatchMemoryException.OfScoring(run.Config, dataset.Name, failure);
        }
    }

    private EvaluationReport ScoreAll(RunDataset dataset, Action<int, int> progress, CancellationToken stop)
    {
        run.Model.eval();
        using var noGradient = no_grad();
        var evaluator = EvaluatorFactory.For(dataset.Validation, options: OptionsOf(dataset));
        var (clips, crops) = run.Config.Evaluate.ViewsOf(dataset.Block);
        var average = new ViewAverage(clips * crops, dataset.Labels.Count, run.Config.Evaluate.Average, dataset.Block.Data.Task == ClipTask.MultiLabel);
        var done = 0;
        using var loader = run.ValidationBatches(dataset, stop);
        while (loader.Next(stop) is { } next)
        {
            using var batch = next;
            using var scope = NewDisposeScope();
            var logits = run.Model.forward(run.Clips.UploadNormalised(batch), [ModelSlices.Of(batch, batch.Slices[0])])[0];
            var (samples, means) = average.Add(batch.Samples, logits.to(CPU).data<float>().ToArray());
            Add(evaluator, samples, dataset.Block.Data.Task == ClipTask.Classification ? means : tensor(means).sigmoid().data<float>().ToArray(), dataset);
            progress(done += batch.Samples.Count, dataset.Validation.Items.Count * clips * crops);
        }
        return evaluator.Result();
    }

    private EvaluationOptions OptionsOf(RunDataset dataset)
    {
        if (_options.TryGetValue(dataset.Name, out var options)) return options;
        var counts = TrainingCounts.Of(run.Config, dataset, out var problem);
        if (problem is not null) note?.Invoke($"{dataset.Name}: no figures of head, mid and tail, the training annotations cannot be read: {problem}");
        return _options[dataset.Name] = new EvaluationOptions
        {
            Training = counts,
            Limits = run.Config.Evaluate.FrequencyLimits(),
            Resamples = run.Config.Evaluate.Bootstrap,
            Drawn = drawn,
        };
    }

    private static void Add(IEvaluator evaluator, IReadOnlyList<ClipSample> samples, float[] scores, RunDataset dataset)
    {
        try
        {
            evaluator.Add(samples, scores, dataset.Labels.Count);
        }
        catch (NotFiniteNumberException cause)
        {
            throw new DivergedException($"{dataset.Name}: {cause.Message}", cause);
        }
    }
}
