using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace CoFinetune.Models.Weights;

/// <summary>The header of a safetensors file, read by the strictest reading of the format: what cannot be right is refused before anything is allocated for it.</summary>
/// <remarks>Rules in the order of the reference implementation; beyond it, a name that occurs twice is refused, and so are absurd counts.</remarks>
internal sealed class SafetensorsHeader
{
    public const int LengthBytes = 8;
    public const long MaxBytes = 100_000_000;
    private const int MaxTensors = 1_000_000;
    private const int MaxNameLength = 4096;
    private const int MaxSides = 64;

    private readonly string _path;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsHeader(string path) => _path = path;

    /// <summary>In the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Where in the file the tensors begin.</summary>
    public long DataStart { get; private init; }

    /// <exception cref="WeightsException">The file is no correct safetensors file.</exception>
    public static SafetensorsHeader Read(SafeFileHandle file, string path)
    {
        var fileLength = RandomAccess.GetLength(file);
        if (fileLength < LengthBytes) throw new WeightsException(path, $"is {fileLength} bytes long, too short for a safetensors file");
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        ReadFully(file, path, lengthBytes, 0);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > MaxBytes) throw new WeightsException(path, $"claims a header of {length} bytes; is this a safetensors file?");
        if (LengthBytes + (long)length > fileLength)
            throw new WeightsException(path, $"claims a header of {length} bytes, but is only {fileLength} bytes long");

        var bytes = new byte[length];
        ReadFully(file, path, bytes, LengthBytes);
        var header = new SafetensorsHeader(path) { DataStart = LengthBytes + (long)length };
        header.Parse(bytes);
        header.RequireCover(fileLength - header.DataStart);
        return header;
    }

    public static void ReadFully(SafeFileHandle file, string path, Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            var count = RandomAccess.Read(file, destination, offset);
            if (count == 0) throw new WeightsException(path, "ended while it was read");
            destination = destination[count..];
            offset += count;
        }
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
                if (_entries.Count > MaxTensors) throw Broken($"names more than {MaxTensors} tensors");
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
            _metadata.Add(name, json.GetString()!);
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
        _entries.Add(new SafetensorsEntry(
            name, TensorTypes.Parse(type) ?? throw Broken($"gives '{name}' the type {type}, which is not read here"), shape, begin, end - begin));
    }

    private List<long> ParseNumbers(ref Utf8JsonReader json, string name, string field)
    {
        Expect(ref json, JsonTokenType.StartArray, $"has a {field} of '{name}' that is no list");
        var numbers = new List<long>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || number < 0)
                throw Broken($"has a {field} of '{name}' with something else than whole numbers from 0 to 2^63-1");
            if (numbers.Count == MaxSides) throw Broken($"has a {field} of '{name}' with more than {MaxSides} numbers");
            numbers.Add(number);
        }
        return numbers;
    }

    /// <summary>No holes, no overlap, every range as long as its shape says, and nothing behind the last.</summary>
    private void RequireCover(long dataLength)
    {
        _entries.Sort((a, b) => (a.Begin, a.Bytes).CompareTo((b.Begin, b.Bytes)));
        long end = 0;
        foreach (var entry in _entries)
        {
            if (entry.Begin != end)
                throw Broken($"lets '{entry.Name}' begin at byte {entry.Begin}, where {end} is next: tensors overlap or leave a hole");
            if (BytesOf(entry) != entry.Bytes)
                throw Broken($"gives '{entry.Name}' {entry.Bytes} bytes, which do not match {TensorTypes.Name(entry.Type)} {entry.ShapeText}");
            end = entry.Begin + entry.Bytes; // Both from 0 to 2^63-1 with begin + bytes = the stated end: no overflow.
        }
        if (end != dataLength) throw new WeightsException(_path, $"holds {dataLength} bytes of tensors where its header describes {end}");
    }

    private long BytesOf(SafetensorsEntry entry)
    {
        try
        {
            return entry.Shape.Aggregate((long)TensorTypes.Bytes(entry.Type), (product, side) => checked(product * side));
        }
        catch (OverflowException e)
        {
            throw Broken($"gives '{entry.Name}' the impossible shape {entry.ShapeText}", e);
        }
    }

    /// <summary>The next name of an object, or null at its end.</summary>
    private string? NextName(ref Utf8JsonReader json, HashSet<string> seen, string where)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.EndObject) return null;
        if (json.ValueSpan.Length > MaxNameLength) throw Broken($"has a name of {json.ValueSpan.Length} bytes");
        var name = json.GetString()!;
        return seen.Add(name) ? name : throw Broken($"has '{name}' twice ({where.TrimEnd(':', ' ')})");
    }

    private void Expect(ref Utf8JsonReader json, JsonTokenType type, string problem)
    {
        if (!json.Read() || json.TokenType != type) throw Broken(problem);
    }

    private WeightsException Broken(string problem, Exception? inner = null) => new(_path, $"its header {problem}", inner);
}
