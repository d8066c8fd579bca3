namespace CoFinetune.Models.Weights.Files;

/// <summary>Opens files that must be safetensors whatever their name is, as our own checkpoints are.</summary>
public static class SafetensorsFile
{
    /// <summary>Opens a file and checks its header; the tensors are listed in the order of their bytes.</summary>
    /// <exception cref="WeightsException">The file cannot be opened, or is no correct safetensors file.</exception>
    public static WeightFile Open(string path) => WeightFile.Open(path, WeightFormat.Safetensors);
}
