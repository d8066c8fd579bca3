using TorchSharp.Modules;

namespace CoFinetune.Models;

/// <summary>One parameter of a model and how the optimizer is to treat it.</summary>
/// <param name="Name">Its name in checkpoints: <c>trunk.encoder.blocks.0.norm1.weight</c>, <c>heads.ava.projection.bias</c>.</param>
/// <param name="Parameter">The parameter itself, on the model's device.</param>
/// <param name="Head">Index of the head that owns it; null for the trunk.</param>
/// <param name="Decays">True when weight decay applies: matrices; not biases, norms, positions and class tokens.</param>
/// <param name="Depth">Layers above the input, for layer-wise learning rates: 0 for the embedding, l + 1 for block l, one more for the
/// final norm and the heads.</param>
public sealed record ModelParameter(string Name, Parameter Parameter, int? Head, bool Decays, int Depth);
