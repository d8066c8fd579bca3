using System.Buffers.Binary;
using System.Text;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>Float arrays of a Flax checkpoint (msgpack): as much of the format as the golden files use.</summary>
internal sealed class FlaxCheckpoint
{
    private const byte ArrayExtension = 1;

    private readonly byte[] _bytes;
    private int _at;

    private FlaxCheckpoint(byte[] bytes) => _bytes = bytes;

    /// <summary>The arrays below <paramref name="root"/> (<c>optimizer/target</c>), named by their path from there.</summary>
    public static Dictionary<string, Tensor> Read(string path, string root)
    {
        var all = new Dictionary<string, object?>();
        new FlaxCheckpoint(File.ReadAllBytes(path)).Walk("", all);
        return all.Where(entry => entry.Key.StartsWith(root + '/', StringComparison.Ordinal) && entry.Value is Tensor)
            .ToDictionary(entry => entry.Key[(root.Length + 1)..], entry => (Tensor)entry.Value!);
    }

    private void Walk(string path, Dictionary<string, object?> found)
    {
        var value = Next();
        if (value is not MapOf map)
        {
            found[path] = value;
            return;
        }
        for (var i = 0; i < map.Count; i++)
        {
            var key = (string)Next()!;
            Walk(path.Length == 0 ? key : $"{path}/{key}", found);
        }
    }

    private object? Next()
    {
        var code = _bytes[_at++];
        return code switch
        {
            < 0x80 => (long)code,
            < 0x90 => new MapOf(code & 0x0f),
            < 0xa0 => List(code & 0x0f),
            < 0xc0 => Text(code & 0x1f),
            0xc0 => null,
            0xc2 or 0xc3 => code == 0xc3,
            0xc4 => Raw((int)Number(1)),
            0xc5 => Raw((int)Number(2)),
            0xc6 => Raw((int)Number(4)),
            0xc7 => Extension((int)Number(1)),
            0xc8 => Extension((int)Number(2)),
            0xc9 => Extension((int)Number(4)),
            0xcc => Number(1),
            0xcd => Number(2),
            0xce => Number(4),
            0xcf => Number(8),
            0xd0 => (long)(sbyte)Number(1),
            0xd4 or 0xd5 or 0xd6 or 0xd7 or 0xd8 => Extension(1 << (code - 0xd4)),
            0xd9 => Text((int)Number(1)),
            0xda => Text((int)Number(2)),
            0xdc => List((int)Number(2)),
            0xde => new MapOf((int)Number(2)),
            >= 0xe0 => (long)(sbyte)code,
            _ => throw new InvalidDataException($"msgpack code {code:x}"),
        };
    }

    private long Number(int size)
    {
        long value = 0;
        for (var i = 0; i < size; i++) value = (value << 8) | _bytes[_at++];
        return value;
    }

    private string Text(int length) => Encoding.UTF8.GetString(Raw(length));

    private byte[] Raw(int length)
    {
        _at += length;
        return _bytes[(_at - length).._at];
    }

    private List<object?> List(int count)
    {
        var list = new List<object?>();
        for (var i = 0; i < count; i++) list.Add(Next());
        return list;
    }

    /// <summary>An array: a msgpack list of shape, type name and bytes; null for anything but float32.</summary>
    private Tensor? Extension(int length)
    {
        var kind = _bytes[_at++];
        var payload = Raw(length);
        if (kind != ArrayExtension) return null;
        var parts = (List<object?>)new FlaxCheckpoint(payload).Next()!;
        if ((string)parts[1]! != "float32") return null;
        var raw = (byte[])parts[2]!;
        var values = new float[raw.Length / 4];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(raw.AsSpan(4 * i));
        return tensor(values, ((List<object?>)parts[0]!).Select(side => (long)side!).ToArray());
    }

    private sealed record MapOf(int Count);
}
