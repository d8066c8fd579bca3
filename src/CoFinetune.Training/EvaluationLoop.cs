using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;

namespace CoFinetune.Training;

/// <summary>Scores the model on one dataset's validation split; see <see cref="ValidationPass"/>.</summary>
public sealed class EvaluationLoop(LoadedRun run)
{
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
        var evaluator = EvaluatorFactory.For(dataset.Validation);
        new ValidationPass(run).Run(dataset, (samples, scores) => Add(evaluator, samples, scores, dataset), progress, stop);
        return evaluator.Result();
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
