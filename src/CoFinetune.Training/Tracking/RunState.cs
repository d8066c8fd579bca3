namespace CoFinetune.Training.Tracking;

/// <summary>What a run is doing.</summary>
public enum RunState
{
    /// <summary>Checking files, building the model.</summary>
    Starting,

    /// <summary>Taking steps.</summary>
    Training,

    /// <summary>Scoring.</summary>
    Evaluating,

    /// <summary>Ended before its last step with a checkpoint to resume from.</summary>
    Stopped,

    /// <summary>Took all its steps.</summary>
    Finished,

    /// <summary>Ended by an error.</summary>
    Failed,
}
