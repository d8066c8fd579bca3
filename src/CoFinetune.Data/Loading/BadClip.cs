namespace CoFinetune.Data.Loading;

/// <summary>A clip that could not be loaded, so that another one stands in its place.</summary>
/// <param name="Item">Index of the entry in the dataset.</param>
/// <param name="Cause">Which file, and why.</param>
public sealed record BadClip(int Item, DataException Cause);
