using System.Text.Json;

namespace CoFinetune.Tests.Support;

/// <summary>The tensors of a small safetensors file.</summary>
internal sealed class GoldenTensors
{
    private readonly byte[] _file;
    private readonly Dictionary<string, (int[] Shape, int Start, int End)> _entries = [];

    public GoldenTensors(string relative)
    {
        _file = File.ReadAllBytes(Golden.PathOf(relative));
        var data = 8 + (int)BitConverter.ToInt64(_file);
        using var header = JsonDocument.Parse(_file.AsMemory(8, data - 8));
        foreach (var entry in header.RootElement.EnumerateObject().Where(entry => entry.Name != "__metadata__"))
        {
            var offsets = entry.Value.GetProperty("data_offsets");
            var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()).ToArray();
            _entries[entry.Name] = (shape, data + offsets[0].GetInt32(), data + offsets[1].GetInt32());
        }
    }

    public int[] Shape(string name) => _entries[name].Shape;

    public byte[] Bytes(string name) => _file[_entries[name].Start.._entries[name].End];

    public float[] Floats(string name)
    {
        var values = new float[(_entries[name].End - _entries[name].Start) / sizeof(float)];
        Buffer.BlockCopy(_file, _entries[name].Start, values, 0, values.Length * sizeof(float));
        return values;
    }
}
