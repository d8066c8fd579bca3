namespace CoFinetune.Config;

/// <summary>Every key that a configuration may hold.</summary>
public static class ConfigKeys
{
    /// <summary>The keys below <paramref name="root"/>, in the order of the source; a block comes before its keys.</summary>
    /// <param name="root">The record of the whole file.</param>
    /// <param name="kinds">What <c>type:</c> may name.</param>
    public static IReadOnlyList<ConfigKey> List(Type root, ConfigKinds kinds)
    {
        var keys = new List<ConfigKey>();
        Record(root, "", [], kinds, keys);
        return keys;
    }

    private static void Record(Type type, string section, IReadOnlyList<Type> above, ConfigKinds kinds, List<ConfigKey> keys)
    {
        // A record that holds itself has endlessly many keys; one round shows them all.
        if (above.Contains(type)) return;
        above = [.. above, type];
        var names = kinds.Of(type);
        if (names.Count == 0)
        {
            Properties(type, null, section, above, kinds, keys);
            return;
        }
        keys.Add(new ConfigKey(section, ConfigKinds.Key, null, $"one of {string.Join(", ", names.Keys)}", Required: true, null));
        foreach (var (name, record) in names) Properties(record, name, section, above, kinds, keys);
    }

    private static void Properties(
        Type record, string? kind, string section, IReadOnlyList<Type> above, ConfigKinds kinds, List<ConfigKey> keys)
    {
        var defaults = RecordSchema.Create(record);
        foreach (var property in RecordSchema.Of(record).Properties)
        {
            var value = property.Required ? null : property.DefaultText(defaults);
            keys.Add(new ConfigKey(section, property.Key, kind, property.Expected, property.Required, value));
            var path = section.Length == 0 ? property.Key : $"{section}.{property.Key}";
            var shape = property.Shape;
            for (; shape.Element is { } element; shape = element) path += ".*";
            if (shape.Form == ConfigForm.Record) Record(shape.Type, path, above, kinds, keys);
        }
    }
}
