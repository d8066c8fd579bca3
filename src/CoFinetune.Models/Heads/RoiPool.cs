namespace CoFinetune.Models.Heads;

/// <summary>How the bins of a box become one vector.</summary>
public enum RoiPool
{
    /// <summary>The largest value of each channel.</summary>
    Max,

    /// <summary>The mean of each channel.</summary>
    Mean,
}
