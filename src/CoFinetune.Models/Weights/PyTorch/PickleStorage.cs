namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>Memory that tensors share: a member of the zip file.</summary>
/// <param name="Type">Type of its elements.</param>
/// <param name="Key">The member's name in the folder <c>data</c>.</param>
/// <param name="Count">Elements.</param>
internal sealed record PickleStorage(TensorType Type, string Key, long Count);
