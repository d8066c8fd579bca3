using System.Text.RegularExpressions;

namespace CoFinetune.Config;

/// <summary>The values of a configuration as they are written, by dotted path, without giving them a type: also those of a file of another version.</summary>
public static class ConfigValues
{
    /// <summary>Reads a file.</summary>
    /// <returns>Dotted path (<c>datasets.ava.share</c>) to text, in the order of the file; a list of words is one value.</returns>
    /// <exception cref="ConfigException">It is no map of YAML.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        var errors = new ErrorList();
        var map = new ConfigSources(_ => null, errors).Read(path);
        errors.ThrowIfAny(path);
        var values = new List<KeyValuePair<string, string>>();
        Take(map!, "", values);
        return values;
    }

    /// <summary>The values that are not the default of their key; those of keys that are not known or required count too.</summary>
    /// <param name="values">From <see cref="Read"/>.</param>
    /// <param name="root">The record of the whole file.</param>
    /// <param name="kinds">What <c>type:</c> may name.</param>
    public static IEnumerable<KeyValuePair<string, string>> Changed(IReadOnlyList<KeyValuePair<string, string>> values, Type root, ConfigKinds kinds)
    {
        var keys = ConfigKeys.List(root, kinds);
        var byPath = values.ToDictionary();
        return values.Where(value => !keys.Any(key => key.Default is { } text && Text(text) == value.Value && Fits(key, value.Key, byPath)));
    }

    private static bool Fits(ConfigKey key, string path, Dictionary<string, string> values)
    {
        var last = path.LastIndexOf('.');
        var section = last < 0 ? "" : path[..last];
        if (path[(last + 1)..] != key.Name) return false;
        if (key.Kind is { } kind && values.GetValueOrDefault(section.Length == 0 ? ConfigKinds.Key : $"{section}.{ConfigKinds.Key}") != kind) return false;
        return Regex.IsMatch(section, $"^{Regex.Escape(key.Section).Replace(@"\*", ".+?", StringComparison.Ordinal)}$", RegexOptions.NonBacktracking);
    }

    private static string Text(string yaml) => yaml is ['"' or '\'', .., _] && yaml[0] == yaml[^1] ? yaml[1..^1] : yaml;

    private static void Take(ConfigNode node, string path, List<KeyValuePair<string, string>> values)
    {
        switch (node)
        {
            case ScalarNode word:
                values.Add(new(path, word.IsNull ? "null" : word.Text));
                break;
            case ListNode list when list.Items.All(item => item is ScalarNode):
                values.Add(new(path, $"[{string.Join(", ", list.Items.Select(item => ((ScalarNode)item).Text))}]"));
                break;
            case ListNode list:
                for (var i = 0; i < list.Items.Count; i++) Take(list.Items[i], $"{path}.{i}", values);
                break;
            case MapNode { Entries.Count: 0 } when path.Length > 0:
                values.Add(new(path, "{}"));
                break;
            case MapNode map:
                foreach (var entry in map.Entries) Take(entry.Value, path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", values);
                break;
        }
    }
}
