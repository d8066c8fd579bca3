namespace CoFinetune.Training;

/// <summary>What one optimizer step did.</summary>
public sealed record StepReport
{
    /// <summary>Steps done, this one included.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the run.</summary>
    public required long Total { get; init; }

    /// <summary>Clips of the step.</summary>
    public required int Clips { get; init; }

    /// <summary>Mean loss of each dataset that the step trained on, before its loss weight.</summary>
    public required IReadOnlyList<(string Dataset, double Loss)> Losses { get; init; }

    /// <summary>What was minimised: the datasets' losses, weighted by their clips and loss weights.</summary>
    public required double Loss { get; init; }

    /// <summary>Learning rate, before the datasets' scales.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Global norm of the gradient before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The datasets' gradients of the trunk, at the steps of <c>gradients.every</c>; null at others.</summary>
    public GradientReport? Gradients { get; init; }

    /// <summary>The most memory in use, up to and with this step.</summary>
    public MemoryUse Memory { get; init; } = MemoryUse.Unknown;

    /// <summary>Seconds that the step took, waiting for its clips included.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of these spent waiting for clips.</summary>
    public double WaitSeconds { get; init; }
}
