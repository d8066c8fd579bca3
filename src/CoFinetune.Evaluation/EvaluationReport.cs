namespace CoFinetune.Evaluation;

/// <summary>What the evaluation of one dataset found.</summary>
public abstract record EvaluationReport
{
    /// <summary>The figures; the first is the one that decides which checkpoint is best.</summary>
    public required MetricSet Metrics { get; init; }

    /// <summary>One row per class, in the order of the logits.</summary>
    public required IReadOnlyList<ClassFigure> Classes { get; init; }

    /// <summary>What a reader of an odd figure should know, one sentence each; often empty.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Writes every prediction as csv, with at least six significant digits.</summary>
    public abstract void WritePredictions(Stream output);
}
