namespace CoFinetune.Training.Losses;

/// <summary>How the elements <c>[R, K]</c> of a sigmoid loss become one number.</summary>
public enum LossReduction
{
    /// <summary>Mean over boxes and classes, SlowFast's and mmaction's choice.</summary>
    Mean,

    /// <summary>Sum over classes, mean over boxes: Scenic's choice, K times <see cref="Mean"/>.</summary>
    SumOverClasses,
}
