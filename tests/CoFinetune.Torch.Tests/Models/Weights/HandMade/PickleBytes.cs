using System.Buffers.Binary;
using System.Text;

namespace CoFinetune.Torch.Tests.Models.Weights.HandMade;

/// <summary>A pickle program, code by code, of protocol 2 unless told otherwise.</summary>
internal sealed class PickleBytes
{
    private readonly List<byte> _program = [];

    public static PickleBytes Protocol(byte version = 2) => new PickleBytes().Raw(0x80, version);

    public static PickleBytes Bare => new();

    public PickleBytes Raw(params byte[] codes)
    {
        _program.AddRange(codes);
        return this;
    }

    /// <summary>Codes that are letters.</summary>
    public PickleBytes Codes(string codes) => Raw(Encoding.Latin1.GetBytes(codes));

    public PickleBytes Text(string text) => Codes("X").Raw(Little(Encoding.UTF8.GetByteCount(text))).Raw(Encoding.UTF8.GetBytes(text));

    public PickleBytes Int(int value) => Codes("J").Raw(Little(value));

    public PickleBytes Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBytes Global(string module, string name) => Codes($"c{module}\n{name}\n");

    public PickleBytes Longs(params long[] values)
    {
        Codes("(");
        foreach (var value in values) Long(value);
        return Codes("t");
    }

    public PickleBytes Storage(string key = "0", long count = 4, string type = "FloatStorage") =>
        Codes("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Long(count).Codes("tQ");

    /// <summary>A tensor over four floats.</summary>
    public PickleBytes Tensor(long[] shape, long[] strides, long offset = 0, string key = "0", long count = 4, string type = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Codes("(").Storage(key, count, type).Long(offset).Longs(shape).Longs(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Codes(")RtR");

    public PickleBytes Tensor() => Tensor([4], [1]);

    /// <summary>The program in a file of torch.save, with the storage «0» of the floats 1 to 4.</summary>
    public byte[] File(params (string Name, byte[] Content)[] more) => Zip(more).Bytes;

    public ZipBytes Zip(params (string Name, byte[] Content)[] more) =>
        ZipBytes.Of([("archive/data.pkl", _program.ToArray()), ("archive/data/0", Floats(1, 2, 3, 4)), .. more]);

    /// <summary>Four bytes, the lowest first.</summary>
    public static byte[] Little(int value) => BitConverter.GetBytes(value);

    public static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    public byte[] ToArray() => [.. _program];
}
