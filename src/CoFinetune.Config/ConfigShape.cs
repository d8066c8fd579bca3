using System.Reflection;

namespace CoFinetune.Config;

/// <summary>What a property, a list item or a map entry may hold.</summary>
/// <param name="Type">The type of the value; of a nullable number, the number.</param>
/// <param name="Nullable">True when <c>null</c> is a value too.</param>
/// <param name="Form">Which of the forms it has in YAML.</param>
/// <param name="Element">The items of a list, the entries of a map.</param>
internal sealed record ConfigShape(Type Type, bool Nullable, ConfigForm Form, ConfigShape? Element = null)
{
    public static ConfigShape Of(NullabilityInfo info)
    {
        var type = System.Nullable.GetUnderlyingType(info.Type) ?? info.Type;
        var nullable = info.WriteState == NullabilityState.Nullable || type != info.Type;
        if (type.IsEnum || Scalars.Types.Contains(type)) return new ConfigShape(type, nullable, ConfigForm.Scalar);
        if (type == typeof(ConfigValue)) return new ConfigShape(type, nullable, ConfigForm.Any);
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        if (generic == typeof(IReadOnlyList<>)) return new ConfigShape(type, nullable, ConfigForm.List, Of(info.GenericTypeArguments[0]));
        if (generic == typeof(IReadOnlyDictionary<,>) && type.GenericTypeArguments[0] == typeof(string))
            return new ConfigShape(type, nullable, ConfigForm.Map, Of(info.GenericTypeArguments[1]));
        return type.IsClass && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true
            ? new ConfigShape(type, nullable, ConfigForm.Record)
            : throw new NotSupportedException($"{type} cannot be a part of a configuration");
    }

    /// <summary>The type in words: <c>a whole number</c>, <c>a list of numbers</c>.</summary>
    public string Describe() => Form switch
    {
        ConfigForm.List => $"a list of {Element!.Plural()}",
        ConfigForm.Map => $"a map of names to {Element!.Plural()}",
        ConfigForm.Record => "a map of keys",
        ConfigForm.Any => "a value",
        _ when Type.IsEnum => $"one of {string.Join(", ", EnumNames.All(Type))}",
        _ when Type == typeof(bool) => "true or false",
        _ when Type == typeof(string) => "text",
        _ when Type == typeof(double) => "a number",
        _ => "a whole number",
    };

    private string Plural() => Form switch
    {
        ConfigForm.List => "lists",
        ConfigForm.Map => "maps",
        ConfigForm.Record => "blocks",
        ConfigForm.Any => "values",
        _ when Type.IsEnum => $"names ({string.Join(", ", EnumNames.All(Type))})",
        _ when Type == typeof(bool) => "true or false",
        _ when Type == typeof(string) => "texts",
        _ when Type == typeof(double) => "numbers",
        _ => "whole numbers",
    };
}
