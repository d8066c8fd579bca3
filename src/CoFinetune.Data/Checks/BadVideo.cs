namespace CoFinetune.Data.Checks;

/// <summary>A video that cannot be trained on.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Reason">Why, in a few words; the kind of defect first.</param>
public sealed record BadVideo(string Path, string Reason);
