using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CoFinetune.Training.Checkpoints;

/// <summary>JSON that is written the same way every time and read strictly.</summary>
internal static class CheckpointJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>UTF-8 with a line feed at the end.</summary>
    public static byte[] Write<T>(T value) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, Options) + "\n");

    /// <summary>The value of the file at <paramref name="path"/>.</summary>
    /// <exception cref="CheckpointException">It is not the JSON of a <typeparamref name="T"/>.</exception>
    public static T Read<T>(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options)
                ?? throw CheckpointException.Damaged(path, "holds no value");
        }
        catch (JsonException error)
        {
            throw CheckpointException.Damaged(path, $"is not what this program writes: {error.Message}", error);
        }
    }
}
