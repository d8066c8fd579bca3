namespace CoFinetune.Evaluation.Statistics;

/// <summary>What an evaluation reports beside its figures; by default nothing.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Training examples of each class, by class index; null leaves head, mid and tail out.</summary>
    public IReadOnlyList<int>? Training { get; init; }

    /// <summary>Training counts that divide head, mid and tail; null makes thirds.</summary>
    public FrequencyLimits? Limits { get; init; }

    /// <summary>How often the videos are drawn anew for confidence intervals; 0 leaves them out.</summary>
    public int Resamples { get; init; }

    /// <summary>What these draws depend on.</summary>
    public ulong Seed { get; init; }

    /// <summary>Told how many draws are done, and of how many; from any thread, but one at a time.</summary>
    public Action<int, int>? Drawn { get; init; }
}
