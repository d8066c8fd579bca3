namespace CoFinetune.Evaluation.Statistics;

/// <summary>How often a class occurs in training, next to the others.</summary>
public enum FrequencyGroup
{
    /// <summary>The frequent classes.</summary>
    Head,

    /// <summary>Those between.</summary>
    Mid,

    /// <summary>The rare classes.</summary>
    Tail,
}
