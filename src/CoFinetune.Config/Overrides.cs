namespace CoFinetune.Config;

/// <summary>
/// The changes of a command line: <c>key=value</c>, <c>key+=value</c> (adds to a list; a list adds each of its items) and <c>~key</c>
/// (back to the default). Each is a tiny file laid over what stands before it: maps join, and a new <c>type</c> drops the keys of the old one.
/// </summary>
internal static class Overrides
{
    /// <summary>The configuration with all changes applied, in their order.</summary>
    public static MapNode Apply(MapNode root, IReadOnlyList<string> overrides, Func<string, string?> environment, ErrorList errors)
    {
        for (var i = 0; i < overrides.Count; i++)
        {
            if (Read(SourceText.OfArgument(i + 1, overrides[i]), errors) is { } change) root = NodeMerge.Merge(root, change, environment);
        }
        return root;
    }

    private static MapNode? Read(SourceText source, ErrorList errors)
    {
        var text = source.Text;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var resets = text.StartsWith('~');
        var appends = equals > 0 && text[equals - 1] == '+';
        var keyStart = resets ? 1 : 0;
        var keyEnd = resets ? text.Length : appends ? equals - 1 : equals;
        var keys = keyEnd < keyStart ? [] : text[keyStart..keyEnd].Split('.');
        if ((resets && equals >= 0) || keys.Length == 0 || !keys.All(IsKey))
        {
            errors.Add("config.bad_override", $"{Wording.Quote(text)} is not a change of a configuration", source.Place(0, text.Length),
                "write key=value, key+=value (adds to a list) or ~key (back to the default)");
            return null;
        }

        ConfigNode node = resets
            ? new ResetNode(source.Place(0, text.Length), known: false)
            : Value(source, equals + 1, source.Place(keyEnd - keys[^1].Length, keyEnd), errors);
        if (appends && node is not BrokenNode) node = new ListNode(node.Place, node is ListNode list ? list.Items : [node], appends: true);
        var end = keyEnd;
        foreach (var key in keys.Reverse())
        {
            var place = source.Place(end - key.Length, end);
            node = new MapNode(place, [new MapEntry(key, place, node)]);
            end -= key.Length + 1;
        }
        return (MapNode)node;
    }

    private static bool IsKey(string key) => key.Length > 0 && !key.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    private static ConfigNode Value(SourceText source, int start, ConfigPlace key, ErrorList errors)
    {
        var whole = source.Place(start, source.Text.Length);
        var tree = new YamlTree(source, start, errors);
        if (tree.Read() is not { } value) return new BrokenNode(whole);
        var rest = source.Text[tree.End..].TrimStart();
        if (!rest.StartsWith('#')) return value is ScalarNode { Text: "", Plain: true } ? new ScalarNode(key, "", plain: true) : value;
        var comment = source.Place(source.Text.Length - rest.Length, source.Text.Length);
        errors.Add("config.syntax", $"{Wording.Quote(rest)} would be a comment", comment, "quote the value: key='\"#5\"'");
        return new BrokenNode(whole);
    }
}
