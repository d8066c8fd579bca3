namespace CoFinetune.Models.Import;

/// <summary>One line of what an import did.</summary>
/// <param name="Action">What happened.</param>
/// <param name="Name">Our parameter; the file's tensor where it was not used.</param>
/// <param name="Note">How, in a few words; empty where nothing is to be said.</param>
public sealed record ImportRow(ImportAction Action, string Name, string Note = "");
