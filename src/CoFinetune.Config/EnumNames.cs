using System.Text.Json;

namespace CoFinetune.Config;

/// <summary>How enum members and properties are written in YAML.</summary>
internal static class EnumNames
{
    /// <summary>snake_case; a name of one or two letters (<c>B</c>, <c>Ti</c>) is a symbol and stays as it is.</summary>
    public static string Of(string member) => member.Length <= 2 ? member : JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    public static IReadOnlyList<string> All(Type type) => [.. Enum.GetNames(type).Select(Of)];

    public static object? Parse(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(member => Of(member) == text) is { } name ? Enum.Parse(type, name) : null;
}
