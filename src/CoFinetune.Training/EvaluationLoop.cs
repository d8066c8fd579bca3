using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Training;

/// <summary>Scores the model on one dataset's validation split; see <see cref="ValidationPass"/>.</summary>
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
        var evaluator = EvaluatorFactory.For(dataset.Validation, options: OptionsOf(dataset));
        new ValidationPass(run).Run(dataset, (samples, scores) => Add(evaluator, samples, scores, dataset), progress, stop);
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
