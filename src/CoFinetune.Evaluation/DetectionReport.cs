using CoFinetune.Evaluation.Ava;

namespace CoFinetune.Evaluation;

/// <summary>The report of an action detection dataset.</summary>
public sealed record DetectionReport : EvaluationReport
{
    private readonly ScoredBoxes _predictions;

    internal DetectionReport(ScoredBoxes predictions) => _predictions = predictions;

    /// <summary>The AVA score with all that explains it.</summary>
    public required AvaScore Score { get; init; }

    /// <summary>Writes AVA's own format; scoring the file gives the very figures of <see cref="Score"/>.</summary>
    public override void WritePredictions(Stream output) => DetectionCsv.Write(output, _predictions);
}
