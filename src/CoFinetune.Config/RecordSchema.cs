using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace CoFinetune.Config;

/// <summary>A property of a config record, as a key of a file.</summary>
internal sealed record ConfigProperty(PropertyInfo Property, string Key, ConfigShape Shape, bool Required, InRangeAttribute? Range)
{
    /// <summary>What may stand there, in words.</summary>
    public string Expected =>
        Describe(Shape) + (Range is not null && Shape.Element is not null ? $", each {Range}" : "") + (Shape.Nullable ? " or null" : "");

    /// <summary>The words for the property itself or for its items.</summary>
    public string Describe(ConfigShape shape)
    {
        if (Range is null || shape.Element is not null) return shape.Describe();
        var bounds = Range.ToString();
        return bounds.StartsWith("from", StringComparison.Ordinal) ? $"{shape.Describe()} {bounds}" : $"{shape.Describe()} of {bounds}";
    }

    /// <summary>The default in a fresh record as YAML, where it can be said in one line.</summary>
    public string? DefaultText(object record) => ScalarText.OfDefault(Property.GetValue(record), Shape);
}

/// <summary>The keys of a config record: its properties that can be set.</summary>
internal sealed class RecordSchema
{
    private static readonly ConcurrentDictionary<Type, RecordSchema> Cache = [];

    private readonly Dictionary<string, ConfigProperty> _byKey;

    private RecordSchema(Type record)
    {
        Properties =
        [
            .. record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is { IsPublic: true })
                .OrderByDescending(property => Depth(property.DeclaringType!))
                .ThenBy(property => property.MetadataToken)
                .Select(Describe),
        ];
        _byKey = Properties.ToDictionary(property => property.Key);
    }

    /// <summary>The keys in the order of the source, those of base records last.</summary>
    public IReadOnlyList<ConfigProperty> Properties { get; }

    public static RecordSchema Of(Type record) => Cache.GetOrAdd(record, type => new RecordSchema(type));

    /// <summary>A record with its defaults; required properties are not set yet.</summary>
    public static object Create(Type record) => Activator.CreateInstance(record)!;

    public ConfigProperty? Find(string key) => _byKey.GetValueOrDefault(key);

    private static ConfigProperty Describe(PropertyInfo property) => new(
        property,
        JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name),
        ConfigShape.Of(new NullabilityInfoContext().Create(property)),
        property.IsDefined(typeof(RequiredMemberAttribute)),
        property.GetCustomAttribute<InRangeAttribute>());

    private static int Depth(Type? type) => type is null ? 0 : 1 + Depth(type.BaseType);
}
