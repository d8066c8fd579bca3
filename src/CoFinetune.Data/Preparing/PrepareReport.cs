namespace CoFinetune.Data.Preparing;

/// <summary>What preparing came to.</summary>
/// <param name="Prepared">Every video that has a copy now, in the order of their paths.</param>
/// <param name="Encoded">How many of them were encoded this time; the others were there already.</param>
/// <param name="Failed">Videos that cannot be read, with the reason.</param>
public sealed record PrepareReport(IReadOnlyList<PreparedVideo> Prepared, int Encoded, IReadOnlyList<(string Path, string Reason)> Failed);
