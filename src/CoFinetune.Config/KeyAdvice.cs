namespace CoFinetune.Config;

/// <summary>Guesses what an unknown key was meant to be.</summary>
internal sealed class KeyAdvice(Type root, ConfigKinds kinds)
{
    private const int MostSections = 3;

    private readonly Lazy<ILookup<string, ConfigKey>> _keys = new(() => ConfigKeys.List(root, kinds).ToLookup(key => key.Name));

    /// <param name="key">The unknown key.</param>
    /// <param name="value">What was written under it.</param>
    /// <param name="record">The record of its block.</param>
    /// <param name="kind">The block's <c>type:</c>.</param>
    /// <param name="path">The block.</param>
    public string For(string key, ConfigNode value, Type record, string? kind, ConfigPath path)
    {
        var schema = RecordSchema.Of(record);
        var advice = new List<string>();
        if (key.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && schema.Find(key[..colon]) is not null)
            advice.Add("a blank is missing after the ':'");
        if ((Wording.Closest(key, schema.Properties.Select(property => property.Key)) ?? Holding(value, schema)) is { } near)
        {
            var property = schema.Find(near)!;
            var initial = property.Required ? null : property.DefaultText(RecordSchema.Create(record));
            advice.Add($"did you mean '{near}'?{(initial is null ? "" : $" (default {initial})")}");
        }
        var ofOtherKind = _keys.Value[key].Where(other => other.Section == path.Pattern && other.Kind is not null && other.Kind != kind);
        var elsewhere = _keys.Value[key].Where(other => other.Section != path.Pattern);
        var sections = ofOtherKind.Select(other => $"type '{other.Kind}'")
            .Concat(elsewhere.Select(other => other.Section.Length == 0 ? "the top" : $"'{other.Section}'"))
            .Distinct()
            .Take(MostSections)
            .ToList();
        if (sections.Count > 0) advice.Add($"'{key}' is a key of {string.Join(" and ", sections)}");
        if (advice.Count == 0) advice.Add($"its keys are {string.Join(", ", schema.Properties.Select(property => property.Key))}");
        return string.Join("; ", advice);
    }

    /// <summary>The only block of <paramref name="schema"/> that has all keys of the map <paramref name="value"/>.</summary>
    private string? Holding(ConfigNode value, RecordSchema schema)
    {
        if (value is not MapNode { Entries.Count: > 0 } map) return null;
        var blocks = schema.Properties
            .Where(property => property.Shape.Form == ConfigForm.Record && kinds.Of(property.Shape.Type).Count == 0)
            .Where(property => map.Entries.All(entry => RecordSchema.Of(property.Shape.Type).Find(entry.Key) is not null))
            .ToList();
        return blocks.Count == 1 ? blocks[0].Key : null;
    }
}
