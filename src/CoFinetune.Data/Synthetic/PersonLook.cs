namespace CoFinetune.Data.Synthetic;

/// <summary>What stays of a person from scene to scene.</summary>
/// <param name="Skin">Head and arms.</param>
/// <param name="Shirt">Torso.</param>
/// <param name="Trousers">Legs.</param>
internal sealed record PersonLook(Rgb Skin, Rgb Shirt, Rgb Trousers);
