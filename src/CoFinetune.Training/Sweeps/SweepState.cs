namespace CoFinetune.Training.Sweeps;

/// <summary>How far a job of a sweep is.</summary>
public enum SweepState
{
    /// <summary>Not started yet.</summary>
    Pending,

    /// <summary>Being trained; after the end of the sweep's process: it was killed.</summary>
    Running,

    /// <summary>Trained to its last step.</summary>
    Finished,

    /// <summary>Ended before its last step and can be gone on with.</summary>
    Stopped,

    /// <summary>Ended by an error.</summary>
    Failed,
}
