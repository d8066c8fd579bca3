namespace CoFinetune.Evaluation;

/// <summary>One row of a per-class table.</summary>
/// <param name="Id">The published class id.</param>
/// <param name="Name">The class name.</param>
/// <param name="Value">The class's own figure: accuracy of a clip class, average precision of an action; null where the class has no
/// example.</param>
/// <param name="Examples">How many examples the ground truth has: clips, or boxes.</param>
/// <param name="Predictions">How often the class was predicted: as a clip's first choice, or as a box's action.</param>
public sealed record ClassFigure(int Id, string Name, double? Value, int Examples, int Predictions);
