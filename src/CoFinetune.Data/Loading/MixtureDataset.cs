namespace CoFinetune.Data.Loading;

/// <summary>What a mixture knows of a dataset.</summary>
/// <param name="Name">Its key in the run file.</param>
/// <param name="Share">Its weight against the other datasets; not negative, 0 when it is only evaluated.</param>
/// <param name="Batch">Clips of a step that is all its own; null takes the mixture's.</param>
public sealed record MixtureDataset(string Name, double Share, int? Batch);
