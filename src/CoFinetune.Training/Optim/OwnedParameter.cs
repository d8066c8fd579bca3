using TorchSharp.Modules;

namespace CoFinetune.Training.Optim;

/// <summary>One trained tensor of a model and what an optimizer must know about it.</summary>
/// <param name="Name">Its checkpoint key: <c>trunk.encoder.blocks.0.mlp.fc1.weight</c>.</param>
/// <param name="Parameter">The leaf that modules hold.</param>
/// <param name="Owner"><see cref="Trunk"/>, or the name of the dataset whose head it belongs to.</param>
/// <param name="Decay">False for biases, norms, tokens and position embeddings.</param>
public sealed record OwnedParameter(string Name, Parameter Parameter, string Owner, bool Decay)
{
    /// <summary>What its learning rate is multiplied by; 0 freezes it.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The owner of everything that all datasets share.</summary>
    public const string Trunk = "trunk";
}
