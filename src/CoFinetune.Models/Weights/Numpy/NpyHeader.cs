namespace CoFinetune.Models.Weights.Numpy;

/// <summary>The header of a numpy array.</summary>
/// <param name="Type">Type of the elements.</param>
/// <param name="IsBigEndian">Whether their bytes are in the other order.</param>
/// <param name="IsFortran">Whether the first side runs fastest.</param>
/// <param name="Shape">The sides.</param>
/// <param name="DataStart">Where the elements begin.</param>
internal sealed record NpyHeader(TensorType Type, bool IsBigEndian, bool IsFortran, IReadOnlyList<long> Shape, int DataStart);
