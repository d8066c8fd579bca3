namespace CoFinetune.Models.Weights;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name; unique in the file.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its sides; empty for a single number.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="Bytes">Length in bytes.</param>
public sealed record SafetensorsEntry(string Name, TensorType Type, IReadOnlyList<long> Shape, long Begin, long Bytes)
{
    /// <summary>The shape as <c>[2, 3]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
