namespace CoFinetune.Config;

/// <summary>Nodes as one line of YAML that reads back as the same nodes.</summary>
internal static class FlowText
{
    private static readonly char[] FlowIndicators = [',', '[', ']', '{', '}'];

    /// <summary>The value of a node that was read without mistakes, whose key stands at <paramref name="key"/>.</summary>
    public static ConfigValue Value(ConfigNode node, ConfigPlace key) =>
        new(key, node.Place, Of(node), node is ListNode list ? [.. list.Items.Select(item => Value(item, item.Place))] : null);

    /// <summary>The line; empty for what could not be read.</summary>
    public static string Of(ConfigNode node) => node switch
    {
        ScalarNode { IsNull: true } => "null",
        ScalarNode { Plain: true } scalar when FitsIn(scalar.Text) => scalar.Text,
        ScalarNode scalar => ScalarText.Quoted(scalar.Text),
        ListNode list => $"[{string.Join(", ", list.Items.Select(Of))}]",
        MapNode map => $"{(map.Replaces ? "!replace " : "")}{{{string.Join(", ", map.Entries.Select(entry => $"{ScalarText.Of(entry.Key)}: {Of(entry.Value)}"))}}}",
        _ => "",
    };

    /// <summary>Whether a bare word may stand between brackets; the brackets of <c>${…}</c> mean nothing to the reader.</summary>
    private static bool FitsIn(string text) => VariableText.Mask(text).IndexOfAny(FlowIndicators) < 0;
}
