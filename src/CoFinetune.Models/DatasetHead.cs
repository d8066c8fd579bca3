namespace CoFinetune.Models;

/// <summary>The head that a model is to have for one dataset.</summary>
/// <param name="Dataset">The dataset's name; becomes part of its parameters' names.</param>
/// <param name="Config">Kind of head.</param>
/// <param name="Classes">Classes to score.</param>
public sealed record DatasetHead(string Dataset, HeadConfig Config, int Classes);
