namespace CoFinetune.Config;

/// <summary>A value of any form, kept as text: for files that speak about the keys of other files.</summary>
/// <param name="Key">Where its key stands; of an item of a list, the item.</param>
/// <param name="Place">Where the value stands.</param>
/// <param name="Text">The value as one line of YAML, which behind <c>key=</c> means the same again; variables are not filled in.</param>
/// <param name="Items">The items of a list; null for everything else.</param>
public sealed record ConfigValue(ConfigPlace Key, ConfigPlace Place, string Text, IReadOnlyList<ConfigValue>? Items);
