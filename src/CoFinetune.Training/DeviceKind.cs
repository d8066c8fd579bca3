namespace CoFinetune.Training;

/// <summary>Where the model runs.</summary>
public enum DeviceKind
{
    /// <summary>The first CUDA GPU, or the CPU when there is none.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>The first CUDA GPU.</summary>
    Cuda,
}
