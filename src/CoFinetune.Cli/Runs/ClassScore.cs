namespace CoFinetune.Cli.Runs;

/// <summary>A class in a stored evaluation.</summary>
/// <param name="Id">Its published id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its figure, AP or accuracy; null where it has no example.</param>
/// <param name="Examples">Examples of it that were scored.</param>
internal sealed record ClassScore(int Id, string Name, double? Value, long Examples);
