using static TorchSharp.torch;

namespace CoFinetune.Models;

/// <summary>Size and cost of a part of a model.</summary>
/// <param name="Name"><c>trunk.encoder</c>, or <c>heads.</c> and the dataset's name.</param>
/// <param name="Parameters">Number of trained values.</param>
/// <param name="MultiplyAdds">Multiply-adds of one clip (what papers often call FLOPs), worked out from the shapes; of one box in a head that scores boxes.</param>
/// <param name="ActivationFloats">Floats that a forward pass of one clip keeps for the backward pass; an estimate.</param>
public sealed record ModelPart(string Name, long Parameters, long MultiplyAdds, long ActivationFloats)
{
    /// <summary>Blocks, which may be recomputed; 0 where the part has none.</summary>
    public int Blocks { get; init; }

    /// <summary>Floats of one clip's tokens, which is what a block begins with.</summary>
    public long TokenFloats { get; init; }

    /// <summary>False for a head.</summary>
    public bool IsTrunk => Name.StartsWith("trunk.", StringComparison.Ordinal);

    internal static ModelPart Of(string name, nn.Module part, long multiplyAdds, long activationFloats) =>
        new(name, part.parameters().Sum(parameter => parameter.numel()), multiplyAdds, activationFloats);
}
