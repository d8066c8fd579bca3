using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using CoFinetune.Models.Weights.Streams;

namespace CoFinetune.Models.Weights.Safetensors;

/// <summary>The header of a safetensors file, read strictly: what cannot be right is refused before anything is allocated for it.</summary>
/// <remarks>Rules in the order of the reference implementation; beyond it, a name that occurs twice is refused, and so are absurd counts.</remarks>
internal sealed class SafetensorsHeader
{
    public const int LengthBytes = 8;
    public const long MaxBytes = 100_000_000;

    private readonly SourceFile _file;
    private readonly WeightIndex _index;
    private readonly List<(WeightEntry Entry, long Begin, long End)> _entries = [];

    private SafetensorsHeader(SourceFile file)
    {
        _file = file;
        _index = new WeightIndex(file, "safetensors");
    }

    /// <summary>The tensors in the order of their bytes, and the file's <c>__metadata__</c>.</summary>
    /// <exception cref="WeightsException">The file is no correct safetensors file.</exception>
    public static WeightIndex Read(SourceFile file)
    {
        if (file.Length < LengthBytes) throw file.Broken($"is {file.Length} bytes long, too short for a safetensors file");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Read(0, LengthBytes));
        if (length > MaxBytes) throw file.Broken($"claims a header of {length} bytes; is this a safetensors file?");
        if (LengthBytes + (long)length > file.Length) throw file.Broken($"claims a header of {length} bytes, but is only {file.Length} bytes long");

        var header = new SafetensorsHeader(file);
        header.Parse(file.Read(LengthBytes, (int)length));
        var dataStart = LengthBytes + (long)length;
        header.RequireCover(file.Length - dataStart);
        foreach (var (entry, begin, end) in header._entries)
            header._index.Add(entry, () => new FileStretch(file, new FilePiece(dataStart + begin, end - begin)));
        return header._index;
    }

    private void Parse(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes)) throw Broken("is not UTF-8");
        try
        {
            var json = new Utf8JsonReader(bytes);
            Expect(ref json, JsonTokenType.StartObject, "is no JSON object");
            var names = new HashSet<string>();
            while (NextName(ref json, names, "") is { } name)
            {
                json.Read();
                if (name == "__metadata__") ParseMetadata(ref json);
                else ParseEntry(ref json, name);
                if (_entries.Count > WeightIndex.MaxTensors) throw Broken($"names more than {WeightIndex.MaxTensors} tensors");
            }
            if (json.Read()) throw Broken("goes on after its end");
        }
        catch (JsonException e)
        {
            throw Broken($"is no correct JSON ({e.Message.Split('.')[0]})", e);
        }
        catch (InvalidOperationException e)
        {
            throw Broken("holds a text with an unpaired surrogate", e);
        }
    }

    private void ParseMetadata(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw Broken("has a __metadata__ that is no object");
        var names = new HashSet<string>();
        while (NextName(ref json, names, "__metadata__: ") is { } name)
        {
            Expect(ref json, JsonTokenType.String, $"has a __metadata__ entry '{name}' that is no text");
            _index.Metadata.Add(name, json.GetString()!);
        }
    }

    private void ParseEntry(ref Utf8JsonReader json, string name)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw Broken($"has an entry '{name}' that is no object");
        string? type = null;
        List<long>? shape = null, offsets = null;
        var fields = new HashSet<string>();
        while (NextName(ref json, fields, $"'{name}': ") is { } field)
        {
            switch (field)
            {
                case "dtype":
                    Expect(ref json, JsonTokenType.String, $"has a dtype of '{name}' that is no text");
                    type = json.GetString();
                    break;
                case "shape":
                    shape = ParseNumbers(ref json, name, field);
                    break;
                case "data_offsets":
                    offsets = ParseNumbers(ref json, name, field);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        if (type is null) throw Broken($"gives no dtype of '{name}'");
        if (shape is null) throw Broken($"gives no shape of '{name}'");
        if (offsets is not [var begin, var end]) throw Broken($"does not give begin and end of '{name}'");
        if (end < begin) throw Broken($"lets '{name}' end before it begins");
        var elementType = TensorTypes.Parse(type) ?? throw Broken($"gives '{name}' the type {type}, which is not read here");
        _entries.Add((new WeightEntry(name, elementType, shape), begin, end));
    }

    private List<long> ParseNumbers(ref Utf8JsonReader json, string name, string field)
    {
        Expect(ref json, JsonTokenType.StartArray, $"has a {field} of '{name}' that is no list");
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || number < 0)
                throw Broken($"has a {field} of '{name}' with something else than whole numbers from 0 to 2^63-1");
            if (numbers.Count == TensorTypes.MaxSides) throw Broken($"has a {field} of '{name}' with more than {TensorTypes.MaxSides} numbers");
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>No holes, no overlap, every range as long as its shape says, and nothing behind the last.</summary>
    private void RequireCover(long dataLength)
    {
        _entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long next = 0;
        foreach (var (entry, begin, end) in _entries)
        {
            if (begin != next) throw Broken($"lets '{entry.Name}' begin at byte {begin}, where {next} is next: tensors overlap or leave a hole");
            if (TensorTypes.Bytes(entry.Type, entry.Shape) is not { } bytes) throw Broken($"gives '{entry.Name}' the impossible shape {entry.ShapeText}");
            if (bytes != end - begin) throw Broken($"gives '{entry.Name}' {end - begin} bytes, which do not match {TensorTypes.Name(entry.Type)} {entry.ShapeText}");
            next = end;
        }
        if (next != dataLength) throw _file.Broken($"holds {dataLength} bytes of tensors where its header describes {next}");
    }

    /// <summary>The next name of an object, or null at its end.</summary>
    private string? NextName(ref Utf8JsonReader json, HashSet<string> seen, string where)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.EndObject) return null;
        if (json.ValueSpan.Length > WeightIndex.MaxNameLength) throw Broken($"has a name of {json.ValueSpan.Length} bytes");
        var name = json.GetString()!;
        return seen.Add(name) ? name : throw Broken($"has '{name}' twice ({where.TrimEnd(':', ' ')})");
    }

    private void Expect(ref Utf8JsonReader json, JsonTokenType type, string problem)
    {
        if (!json.Read() || json.TokenType != type) throw Broken(problem);
    }

    private WeightsException Broken(string problem, Exception? inner = null) => _file.Broken($"its header {problem}", inner);
}
