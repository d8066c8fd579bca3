using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace CoFinetune.Models.Weights.Safetensors;

/// <summary>Writes safetensors files, byte for byte the same for the same tensors and metadata.</summary>
public static class SafetensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes a file, replacing what is there. Not atomic: write to another name and rename where that matters.</summary>
    /// <exception cref="IOException">The disk is full, or the file cannot be written.</exception>
    public static void Write(
        string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 });
        Write(file, tensors, metadata);
    }

    /// <summary>
    /// Writes to a stream: header, then the bytes of each tensor straight from its memory (from a copy when it is on a device or not contiguous).
    /// </summary>
    /// <param name="stream">Where to write; stays open.</param>
    /// <param name="tensors">Tensors with unique names, in any order; no two may be meant to share memory on reading.</param>
    /// <param name="metadata">The file's <c>__metadata__</c>.</param>
    /// <exception cref="ArgumentException">A name occurs twice, or the format has no such element type.</exception>
    public static void Write(
        Stream stream, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // The reference writer's order: wide types first, which aligns every tensor to its own element.
        var ordered = tensors.OrderByDescending(t => TensorTypes.FromTorch(t.Tensor.dtype)).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        if (ordered.GroupBy(t => t.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"two tensors are named '{twice.Key}'", nameof(tensors));

        stream.Write(Header(ordered, metadata));
        foreach (var (_, tensor) in ordered)
        {
            using var scope = NewDisposeScope();
            TensorBytes.ForEachPiece(tensor.detach().cpu().contiguous(), bytes => stream.Write(bytes));
        }
    }

    private static byte[] Header(List<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var bytes = new MemoryStream();
        bytes.Write(new byte[SafetensorsHeader.LengthBytes]);
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var (name, tensor) in tensors)
            {
                var type = TensorTypes.FromTorch(tensor.dtype);
                var end = offset + tensor.numel() * TensorTypes.Bytes(type);
                json.WriteStartObject(name);
                json.WriteString("dtype", TensorTypes.Name(type));
                WriteNumbers(json, "shape", tensor.shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (bytes.Length % Alignment != 0) bytes.WriteByte((byte)' ');
        var length = bytes.Length - SafetensorsHeader.LengthBytes;
        if (length > SafetensorsHeader.MaxBytes) throw new ArgumentException($"the names of the tensors take {length} bytes", nameof(tensors));
        var header = bytes.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
