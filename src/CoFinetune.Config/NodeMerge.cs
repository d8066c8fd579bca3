namespace CoFinetune.Config;

/// <summary>Lays one value over another: maps join, everything else replaces.</summary>
internal static class NodeMerge
{
    /// <summary>Lays <paramref name="own"/> over <paramref name="inherited"/>.</summary>
    /// <param name="inherited">What stands below; null when nothing does.</param>
    /// <param name="own">What is laid over it.</param>
    /// <param name="environment">Fills in <c>${…}</c> where two <c>type:</c> values are compared.</param>
    public static ConfigNode Merge(ConfigNode? inherited, ConfigNode own, Func<string, string?> environment) => (inherited, own) switch
    {
        (_, ResetNode reset) => new ResetNode(reset.Place, inherited is not (null or ResetNode { Known: false })),
        (MapNode below, MapNode { Replaces: false } map) => Merge(below, map, environment),
        (ListNode below, ListNode { Appends: true } list) => new ListNode(list.Place, [.. below.Items, .. list.Items], below.Appends),
        (ScalarNode { IsNull: true }, ListNode { Appends: true } list) => new ListNode(list.Place, list.Items),
        _ => own,
    };

    /// <summary>Lays a map over a map, unless they are of different kinds: then the keys of the old kind mean nothing to the new one.</summary>
    public static MapNode Merge(MapNode inherited, MapNode own, Func<string, string?> environment)
    {
        var below = inherited.Entries;
        var place = own.Place.Line == 0 ? inherited.Place : own.Place;
        if (KindOf(inherited, environment) is { } old && KindOf(own, environment) is { } kind && old != kind)
        {
            // Arguments before this one were given with the new kind in mind: `optimizer.lr=1 optimizer.type=sgd`.
            below = [.. below.Where(entry => entry.KeyPlace.Line == 0 && entry.Key != ConfigKinds.Key)];
            place = own.Place;
        }
        var taken = below.Select(entry => entry.Key).ToHashSet();
        return new MapNode(place,
        [
            .. below.Select(entry => own.Find(entry.Key) is { } over ? Merge(entry, over, environment) : entry),
            .. own.Entries.Where(entry => !taken.Contains(entry.Key)),
        ]);
    }

    private static MapEntry Merge(MapEntry inherited, MapEntry own, Func<string, string?> environment)
    {
        var value = Merge(inherited.Value, own.Value, environment);
        // An argument that reaches into a block does not become the owner of the block.
        var owner = own.KeyPlace.Line == 0 && value is MapNode { Place.Line: > 0 } ? inherited.KeyPlace : own.KeyPlace;
        return new MapEntry(own.Key, owner, value);
    }

    private static string? KindOf(MapNode map, Func<string, string?> environment) =>
        map.Find(ConfigKinds.Key)?.Value is ScalarNode scalar ? VariableText.Expand(scalar.Text, environment) : null;
}
