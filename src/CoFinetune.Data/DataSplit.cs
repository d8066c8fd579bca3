namespace CoFinetune.Data;

/// <summary>The part of a dataset.</summary>
public enum DataSplit
{
    /// <summary>What is learned from.</summary>
    Train,

    /// <summary>What is scored on.</summary>
    Validation,
}
