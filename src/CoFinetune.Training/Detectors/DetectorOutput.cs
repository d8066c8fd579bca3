namespace CoFinetune.Training.Detectors;

/// <summary>One output of a detector for one frame.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Whole">Whether it holds whole numbers.</param>
/// <param name="Values">Its values, row by row.</param>
internal sealed record DetectorOutput(string Name, IReadOnlyList<int> Shape, bool Whole, float[] Values)
{
    /// <summary>Name and shape as messages show them.</summary>
    public override string ToString() => $"{Name} {(Whole ? "int" : "float")} [{string.Join(", ", Shape)}]";

    /// <summary>Whether the name holds one of these words.</summary>
    public bool Named(params string[] words) => words.Any(word => Name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
