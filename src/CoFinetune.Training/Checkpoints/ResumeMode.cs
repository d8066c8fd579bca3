namespace CoFinetune.Training.Checkpoints;

/// <summary>What <c>--resume</c> asks for.</summary>
public enum ResumeMode
{
    /// <summary>Go on where the run directory's last checkpoint ends; without one, start.</summary>
    Auto,

    /// <summary>Go on, or fail: <c>must</c>, or the path of a checkpoint or run.</summary>
    Must,

    /// <summary>Start anew.</summary>
    Never,
}
