namespace CoFinetune.Cli.Reports;

/// <summary>A class of a <see cref="ClassTable"/>.</summary>
/// <param name="Id">Its published id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Training">Examples of it in training; null where they were not counted.</param>
/// <param name="Examples">Examples of it that were scored.</param>
/// <param name="Values">Its figure in each run; null where the run has none.</param>
internal sealed record ClassRow(int Id, string Name, long? Training, long Examples, IReadOnlyList<double?> Values);
