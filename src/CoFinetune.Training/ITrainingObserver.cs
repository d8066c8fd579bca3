using CoFinetune.Evaluation;

namespace CoFinetune.Training;

/// <summary>Who watches a run; called on the training thread.</summary>
public interface ITrainingObserver
{
    /// <summary>Something the user should know: what is resumed, skipped or wrong but bearable.</summary>
    void Note(string message);

    /// <summary>A step is done.</summary>
    void Step(StepReport report);

    /// <summary>An evaluation moves on.</summary>
    /// <param name="dataset">The dataset's name.</param>
    /// <param name="done">Clips scored.</param>
    /// <param name="total">Clips to score.</param>
    void Evaluating(string dataset, int done, int total);

    /// <summary>An evaluation is done.</summary>
    /// <param name="step">Optimizer steps behind the weights.</param>
    /// <param name="metrics"><c>ava.map</c> and the like.</param>
    /// <param name="reports">What was found on each dataset, by name.</param>
    void Evaluated(long step, IReadOnlyList<KeyValuePair<string, double>> metrics, IReadOnlyDictionary<string, EvaluationReport> reports);

    /// <summary>A checkpoint is on disk.</summary>
    void Saved(long step, string folder);
}
