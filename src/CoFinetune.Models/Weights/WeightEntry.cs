namespace CoFinetune.Models.Weights;

/// <summary>One tensor of a weight file.</summary>
/// <param name="Name">Its name; unique in the file, may be empty.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its sides; empty for a single number.</param>
public sealed record WeightEntry(string Name, TensorType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, side) => product * side);    // Held against overflow when the file was opened.

    /// <summary>Length of an element in bytes: 1, 2, 4 or 8.</summary>
    public int ElementBytes => TensorTypes.Bytes(Type);

    /// <summary>Length of the tensor in bytes.</summary>
    public long Bytes => Count * ElementBytes;

    /// <summary>The type by the name that numpy and PyTorch use: <c>float32</c>.</summary>
    public string TypeText => TensorTypes.NumpyName(Type);

    /// <summary>The shape as <c>[2, 3]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
