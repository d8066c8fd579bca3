namespace CoFinetune.Config;

/// <summary>A value as it was written, before it is given a type.</summary>
internal abstract class ConfigNode(ConfigPlace place)
{
    public ConfigPlace Place { get; } = place;
}

/// <summary>One word. A plain one, unlike a quoted one, may stand for a number, for true and false, and for nothing.</summary>
internal sealed class ScalarNode(ConfigPlace place, string text, bool plain) : ConfigNode(place)
{
    public string Text { get; } = text;

    public bool Plain { get; } = plain;

    public bool IsNull => Plain && (Text is "" or "~" or "null");

    public ScalarNode Unquoted() => new(Place, Text, plain: true);
}

/// <summary>A list; one that appends adds its items to the list that stands there already, or to the default.</summary>
internal sealed class ListNode(ConfigPlace place, IReadOnlyList<ConfigNode> items, bool appends = false) : ConfigNode(place)
{
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    public bool Appends { get; } = appends;
}

internal sealed record MapEntry(string Key, ConfigPlace KeyPlace, ConfigNode Value);

/// <summary>Keys and values in the order of the file; one that replaces (tag <c>!replace</c>) takes nothing over from a base file.</summary>
internal sealed class MapNode(ConfigPlace place, IReadOnlyList<MapEntry> entries, bool replaces = false) : ConfigNode(place)
{
    private readonly Dictionary<string, MapEntry> _byKey = entries.ToDictionary(entry => entry.Key);

    public IReadOnlyList<MapEntry> Entries { get; } = entries;

    public bool Replaces { get; } = replaces;

    public MapEntry? Find(string key) => _byKey.GetValueOrDefault(key);
}

/// <summary>What <c>~key</c> leaves behind: the default. <see cref="Known"/> tells whether there was a value to take away.</summary>
internal sealed class ResetNode(ConfigPlace place, bool known) : ConfigNode(place)
{
    public bool Known { get; } = known;
}

/// <summary>A value that could not be read and was reported already.</summary>
internal sealed class BrokenNode(ConfigPlace place) : ConfigNode(place);
