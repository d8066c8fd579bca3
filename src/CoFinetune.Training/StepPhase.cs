namespace CoFinetune.Training;

/// <summary>The parts of a training step.</summary>
public enum StepPhase
{
    /// <summary>Bytes to the device, normalised and mixed.</summary>
    Data,

    /// <summary>Trunk, heads and losses.</summary>
    Forward,

    /// <summary>Gradients.</summary>
    Backward,

    /// <summary>Clipping, update of the weights and of their average.</summary>
    Optimizer,
}
