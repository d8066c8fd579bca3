namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>A list of a pickle.</summary>
internal sealed class PickleList : List<object?>;
