using System.Text.Json;

namespace CoFinetune.Models.Weights.Files;

/// <summary>Reads the index of a sharded set.</summary>
/// <param name="file">The index.</param>
/// <param name="metadata">Takes its metadata, numbers as text.</param>
internal sealed class ShardMap(SourceFile file, Dictionary<string, string> metadata)
{
    private const string Extension = ".safetensors";

    private readonly Dictionary<string, string> _files = [];

    /// <summary>The file name of each tensor; a plain name, in the folder of the index.</summary>
    public IReadOnlyDictionary<string, string> Read()
    {
        var json = new Utf8JsonReader(file.Read(0, (int)file.Length));
        var hasMap = false;
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw file.Broken("is no index: its outermost value is no object");
            while (NextName(ref json) is { } name)
            {
                if (name == "weight_map")
                {
                    if (hasMap) throw file.Broken("has two weight_map");
                    hasMap = true;
                    ReadMap(ref json);
                }
                else if (name == "metadata" && json.TokenType == JsonTokenType.StartObject)
                {
                    ReadMetadata(ref json);
                }
                else
                {
                    json.Skip();
                }
            }
            if (json.Read()) throw file.Broken("goes on after its end");
        }
        catch (JsonException e)
        {
            throw file.Broken($"is no correct JSON ({e.Message.Split('.')[0]})", e);
        }
        catch (InvalidOperationException e)
        {
            throw file.Broken("holds a text that is not UTF-8", e);
        }
        return hasMap ? _files : throw file.Broken("is no index: it has no weight_map");
    }

    private void ReadMap(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw file.Broken("has a weight_map that is no object");
        while (NextName(ref json) is { } tensor)
        {
            var shard = json.TokenType == JsonTokenType.String ? json.GetString()! : throw file.Broken($"gives no file name for '{tensor}'");
            if (shard.AsSpan().IndexOfAny('/', '\\', ':') >= 0 || shard.Any(char.IsControl) || shard.StartsWith('.') || !shard.EndsWith(Extension, StringComparison.Ordinal))
                throw file.Broken($"puts '{tensor}' into '{shard}', which is no name of a {Extension} file beside it");
            if (!_files.TryAdd(tensor, shard)) throw file.Broken($"lists '{tensor}' twice");
        }
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        while (NextName(ref json) is { } name)
        {
            var value = json.TokenType switch
            {
                JsonTokenType.String => json.GetString(),
                JsonTokenType.Number => System.Text.Encoding.ASCII.GetString(json.ValueSpan),
                JsonTokenType.True => "true",
                JsonTokenType.False => "false",
                _ => null,
            };
            if (value is null) json.Skip();
            else if (!metadata.TryAdd(name, value)) throw file.Broken($"has the metadata '{name}' twice");
        }
    }

    /// <summary>The next name of an object, with its value begun; null at the object's end.</summary>
    private static string? NextName(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.PropertyName) return null;
        var name = json.GetString()!;
        json.Read();
        return name;
    }
}
