namespace CoFinetune.Data.Datasets;

/// <summary>What to do when annotated videos are not on the disk; hardly anybody's copy of Kinetics is complete.</summary>
public enum MissingVideos
{
    /// <summary>Opening the dataset fails and says how many are missing.</summary>
    Error,

    /// <summary>Their entries are left out and counted.</summary>
    Skip,
}
