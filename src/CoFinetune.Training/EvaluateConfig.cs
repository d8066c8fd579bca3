using CoFinetune.Config;

namespace CoFinetune.Training;

/// <summary>The <c>evaluate:</c> block: when the model is scored on the validation splits. The end of a run is always scored.</summary>
public sealed record EvaluateConfig
{
    /// <summary>Steps from one evaluation to the next; null scores at the end alone.</summary>
    [InRange(1)]
    public int? Every { get; init; }

    /// <summary>Also scores the model before the first step.</summary>
    public bool Start { get; init; }

    /// <summary>Clips of an evaluation batch.</summary>
    [InRange(1, 4096)]
    public int Batch { get; init; } = 32;
}
