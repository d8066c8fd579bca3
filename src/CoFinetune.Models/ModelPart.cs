namespace CoFinetune.Models;

/// <summary>Size and cost of a part of a model.</summary>
/// <param name="Name"><c>trunk</c>, or <c>heads.</c> and the dataset's name.</param>
/// <param name="Parameters">Number of trained values.</param>
/// <param name="MultiplyAdds">Multiply-adds of one clip; of one box in a head that scores boxes.</param>
public sealed record ModelPart(string Name, long Parameters, long MultiplyAdds);
