namespace CoFinetune.Training.Prediction;

/// <summary>A class that the model sees.</summary>
/// <param name="Id">The published id.</param>
/// <param name="Name">The class's name.</param>
/// <param name="Score">Probability: of a softmax over the classes of whole clips, of a sigmoid for actions and for clips of several classes.</param>
public sealed record ClassScore(int Id, string Name, float Score);
