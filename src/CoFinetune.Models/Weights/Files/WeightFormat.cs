namespace CoFinetune.Models.Weights.Files;

/// <summary>What a file claims to be by its extension.</summary>
internal enum WeightFormat
{
    Safetensors,

    /// <summary>One numpy array.</summary>
    Npy,

    /// <summary>Several numpy arrays in a zip file.</summary>
    Npz,

    /// <summary>A Flax checkpoint.</summary>
    Msgpack,

    /// <summary>A file of <c>torch.save</c>.</summary>
    PyTorch,
}
