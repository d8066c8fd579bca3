namespace CoFinetune.Models.Layers;

/// <summary>How the optimizer is to treat a parameter.</summary>
/// <param name="Decays">True for matrices; false for biases, norms, positions and class tokens.</param>
/// <param name="Depth">Layers above the input: 0 for the embedding, l + 1 for block l, one more for what follows the blocks.</param>
public readonly record struct ParameterRole(bool Decays, int Depth);
