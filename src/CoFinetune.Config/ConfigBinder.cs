using System.Collections;
using System.Reflection;

namespace CoFinetune.Config;

/// <summary>Turns nodes into records and reports everything that does not fit.</summary>
internal sealed class ConfigBinder(Type root, ConfigKinds kinds, Func<string, string?> environment, ErrorList errors)
{
    private readonly Dictionary<string, ConfigPlace> _origins = [];
    private readonly KeyAdvice _advice = new(root, kinds);

    /// <summary>Dotted path to place, for every value that was bound.</summary>
    public IReadOnlyDictionary<string, ConfigPlace> Origins => _origins;

    /// <summary>The record of the whole configuration; null when anything was wrong.</summary>
    public object? Bind(MapNode map) => Record(root, map, ConfigPath.Root, map.Place, null);

    /// <returns>False when something was wrong, and reported.</returns>
    private bool TryBind(ConfigNode node, ConfigShape shape, Expectation expected, out object? value)
    {
        value = null;
        if (node is BrokenNode) return false;
        if (shape.Form == ConfigForm.Any)
        {
            _origins[expected.Path.Text] = node.Place;
            value = FlowText.Value(node, expected.Owner);
            return true;
        }
        if (node is ScalarNode written)
        {
            if (Scalars.Expand(written, environment, errors) is not { } expanded) return false;
            node = WholeForm(expanded, shape);
        }
        _origins[expected.Path.Text] = node.Place;
        if (node is ScalarNode { IsNull: true } && shape.Nullable) return true;
        value = (shape.Form, node) switch
        {
            (ConfigForm.Scalar, ScalarNode { IsNull: false } scalar) => Scalar(scalar, shape, expected),
            (ConfigForm.List, ListNode list) => List(list, shape, expected),
            (ConfigForm.Map, MapNode map) => Map(map, shape, expected),
            (ConfigForm.Record, MapNode map) => Record(shape.Type, map, expected.Path, expected.Owner, expected.OwnerHint),
            _ => WrongType(node, shape, expected),
        };
        return value is not null;
    }

    /// <summary>The map that a single value stands for, where the record says so.</summary>
    private static ConfigNode WholeForm(ScalarNode scalar, ConfigShape shape)
    {
        if (shape.Form != ConfigForm.Record || scalar.IsNull || shape.Type.GetCustomAttribute<ScalarFormAttribute>() is not { } form) return scalar;
        var key = RecordSchema.Of(shape.Type).Properties.First(property => property.Property.Name == form.Property).Key;
        return new MapNode(scalar.Place, [new MapEntry(key, scalar.Place, scalar)]);
    }

    private object? Scalar(ScalarNode scalar, ConfigShape shape, Expectation expected)
    {
        var value = Scalars.Read(scalar, shape.Type, out var tooLarge);
        var inRange = value switch
        {
            null => !tooLarge,
            double or int or long => expected.Property.Range?.Allows(Convert.ToDouble(value)) != false,
            _ => true,
        };
        if (inRange && value is not null) return value;
        if (!inRange)
        {
            var fits = tooLarge ? $" that fits {(shape.Type == typeof(int) ? 32 : 64)} bits" : "";
            var range = expected.Property.Describe(shape) + fits;
            errors.Add("config.out_of_range", $"expected {range}, found {Scalars.Found(scalar)}", scalar.Place);
            return null;
        }
        if (!shape.Type.IsEnum) return WrongType(scalar, shape, expected);
        var names = EnumNames.All(shape.Type);
        var near = names.FirstOrDefault(name => string.Equals(name, scalar.Text, StringComparison.OrdinalIgnoreCase))
            ?? Wording.Closest(scalar.Text, names);
        errors.Add("config.unknown_value", $"expected {shape.Describe()}, found {Scalars.Found(scalar)}", scalar.Place,
            near is null ? null : $"did you mean '{near}'?");
        return null;
    }

    private Array? List(ListNode list, ConfigShape shape, Expectation expected)
    {
        var items = list.Appends && expected.Default is IEnumerable defaults ? defaults.Cast<object?>().ToList() : [];
        var bound = true;
        for (var i = 0; i < list.Items.Count; i++)
        {
            var node = list.Items[i];
            var path = expected.Path.Entry($"{items.Count}");
            bound &= TryBind(node, shape.Element!, new Expectation(expected.Property, path, node.Place), out var item);
            items.Add(item);
        }
        if (!bound) return null;
        var array = Array.CreateInstance(shape.Type.GenericTypeArguments[0], items.Count);
        for (var i = 0; i < items.Count; i++) array.SetValue(items[i], i);
        return array;
    }

    private IDictionary? Map(MapNode map, ConfigShape shape, Expectation expected)
    {
        var entries = (IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(shape.Type.GenericTypeArguments))!;
        var bound = true;
        foreach (var entry in map.Entries)
        {
            var others = map.Entries.Where(other => other.KeyPlace.Line > 0 && other.Value is not ResetNode).Select(other => other.Key);
            var hint = entry.KeyPlace.Line == 0 && Wording.Closest(entry.Key, others) is { } near ? $"did you mean '{near}'?" : null;
            if (entry.Value is ResetNode reset)
            {
                if (reset.Known) continue;
                errors.Add("config.unknown_key", $"there is no {Wording.Quote(entry.Key)}{expected.Path.In}", entry.KeyPlace, hint);
                bound = false;
            }
            else if (shape.Element!.Form != ConfigForm.Any && (entry.Key.Length == 0 || !entry.Key.All(c => char.IsLetterOrDigit(c) || c is '_' or '-')))
            {
                errors.Add("config.bad_name", $"{Wording.Quote(entry.Key)} cannot be a name{expected.Path.In}", entry.KeyPlace,
                    "names are made of letters, digits, '_' and '-'");
                bound = false;
            }
            else
            {
                var inside = new Expectation(expected.Property, expected.Path.Entry(entry.Key), entry.KeyPlace, hint);
                bound &= TryBind(entry.Value, shape.Element!, inside, out var value);
                if (bound) entries.Add(entry.Key, value);
            }
        }
        return bound ? entries : null;
    }

    private object? Record(Type type, MapNode map, ConfigPath path, ConfigPlace owner, string? ownerHint)
    {
        var names = kinds.Of(type);
        var kind = names.Count == 0 ? null : Kind(names, map, path, owner);
        if (names.Count > 0 && kind is null) return null;
        var record = kind is null ? type : names[kind];
        var schema = RecordSchema.Of(record);
        var value = RecordSchema.Create(record);
        var bound = true;
        foreach (var entry in map.Entries)
        {
            if (kind is not null && entry.Key == ConfigKinds.Key) continue;
            if (schema.Find(entry.Key) is not { } property)
            {
                errors.Add("config.unknown_key", $"unknown key {Wording.Quote(entry.Key)}{path.In}", entry.KeyPlace,
                    _advice.For(entry.Key, entry.Value, record, kind, path));
                bound = false;
            }
            else if (entry.Value is not ResetNode)
            {
                var expected = new Expectation(property, path.Key(entry.Key), entry.KeyPlace, null, property.Property.GetValue(value));
                if (TryBind(entry.Value, property.Shape, expected, out var part)) property.Property.SetValue(value, part);
                else bound = false;
            }
        }
        foreach (var property in schema.Properties.Where(property => property.Required))
        {
            if (map.Find(property.Key)?.Value is not (null or ResetNode)) continue;
            var place = map.Find(property.Key)?.Value.Place ?? owner;
            errors.Add("config.missing_key", $"missing key '{property.Key}'{path.In}", place,
                ownerHint ?? $"'{property.Key}' is {property.Expected}");
            bound = false;
        }
        return bound && Holds(value, schema, map, owner) ? value : null;
    }

    private string? Kind(IReadOnlyDictionary<string, Type> names, MapNode map, ConfigPath path, ConfigPlace owner)
    {
        var list = $"one of {string.Join(", ", names.Keys)}";
        var node = map.Find(ConfigKinds.Key)?.Value;
        if (node is BrokenNode) return null;
        if (node is null or ResetNode)
        {
            errors.Add("config.missing_type", $"missing key 'type'{path.In}", node?.Place ?? owner, $"type: {list}");
            return null;
        }
        if (node is ScalarNode written)
        {
            if (Scalars.Expand(written, environment, errors) is not { } scalar) return null;
            node = scalar;
            _origins[path.Key(ConfigKinds.Key).Text] = scalar.Place;
            if (names.ContainsKey(scalar.Text)) return scalar.Text;
        }
        var near = node is ScalarNode { Text: var text } ? Wording.Closest(text, names.Keys) : null;
        errors.Add("config.unknown_type", $"unknown type{path.In}: {Scalars.Found(node)}", node.Place,
            near is null ? list : $"did you mean '{near}'? {list}");
        return null;
    }

    /// <summary>Runs the rules of a record that is whole, and so are the records in it.</summary>
    private bool Holds(object value, RecordSchema schema, MapNode map, ConfigPlace owner)
    {
        if (value is not IChecked rules) return true;
        var check = new ConfigCheck();
        rules.Check(check);
        foreach (var (name, message, hint) in check.Broken)
        {
            var named = schema.Properties.FirstOrDefault(property => property.Property.Name == name);
            errors.Add("config.broken_rule", message, PlaceOf(named is null ? name.Split('.') : [named.Key], map, owner), hint);
        }
        return check.Broken.Count == 0;
    }

    /// <summary>The place of a value, or of the innermost block around it that was written.</summary>
    private static ConfigPlace PlaceOf(IEnumerable<string> keys, MapNode map, ConfigPlace owner)
    {
        ConfigNode node = map;
        var place = owner;
        foreach (var key in keys)
        {
            if ((node as MapNode)?.Find(key) is not { } entry) return place;
            node = entry.Value;
            place = node is MapNode ? entry.KeyPlace : node.Place;
        }
        return place;
    }

    private object? WrongType(ConfigNode node, ConfigShape shape, Expectation expected)
    {
        var hint = node switch
        {
            ListNode { Appends: true } => "'+=' adds to a list",
            ScalarNode { IsNull: true } when shape.Type == typeof(string) => "the word itself goes in quotes",
            ScalarNode { Plain: false } quoted when Scalars.Read(quoted.Unquoted(), shape.Type, out _) is not null => "remove the quotes",
            ScalarNode { Text: "yes" or "on" or "True" or "TRUE" } when shape.Type == typeof(bool) => "write true",
            ScalarNode { Text: "no" or "off" or "False" or "FALSE" } when shape.Type == typeof(bool) => "write false",
            ScalarNode when shape.Form == ConfigForm.List => "a list is written [a, b]",
            ScalarNode when shape.Form is ConfigForm.Record or ConfigForm.Map => "a map is written { key: value }",
            _ => null,
        };
        errors.Add("config.wrong_type", $"expected {expected.Property.Describe(shape)}, found {Scalars.Found(node)}", node.Place, hint);
        return null;
    }

    /// <summary>What is expected somewhere, and whom it belongs to.</summary>
    private sealed record Expectation(
        ConfigProperty Property, ConfigPath Path, ConfigPlace Owner, string? OwnerHint = null, object? Default = null);
}
