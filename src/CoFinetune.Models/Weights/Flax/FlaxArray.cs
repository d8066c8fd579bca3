using CoFinetune.Models.Weights.Streams;

namespace CoFinetune.Models.Weights.Flax;

/// <summary>An array of a Flax checkpoint, and where its values lie: in one piece, or in one for each chunk.</summary>
internal sealed record FlaxArray(string Name, TensorType Type, IReadOnlyList<long> Shape, IReadOnlyList<FilePiece> Pieces);
