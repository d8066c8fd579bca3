using System.Buffers.Binary;
using System.Text;

namespace CoFinetune.Torch.Tests.Models.Weights.HandMade;

/// <summary>A msgpack file, value by value, in the short encodings.</summary>
internal sealed class MsgpackBytes
{
    private readonly List<byte> _bytes = [];

    public static MsgpackBytes Map(int entries) => new MsgpackBytes().InnerMap(entries);

    public MsgpackBytes InnerMap(int entries) => Raw((byte)(0x80 | entries));

    public MsgpackBytes List(int entries) => Raw((byte)(0x90 | entries));

    public MsgpackBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public MsgpackBytes Text(string text) => Raw([(byte)(0xa0 | text.Length), .. Encoding.UTF8.GetBytes(text)]);

    /// <summary>A key, or a text beyond 31 letters.</summary>
    public MsgpackBytes LongText(string text) => Raw([0xda, (byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)]);

    public MsgpackBytes Array(string type, byte[] data, params byte[] shape) => Extension(1, Payload(type, data, shape));

    public MsgpackBytes Extension(byte type, byte[] payload) => Raw([0xc8, (byte)(payload.Length >> 8), (byte)payload.Length, type, .. payload]);

    public static byte[] Payload(string type, byte[] data, params byte[] shape) =>
        [.. new MsgpackBytes().List(3).List(shape.Length).Raw(shape).Text(type).Raw(0xc5, (byte)(data.Length >> 8), (byte)data.Length).Raw(data).ToArray()];

    public static byte[] Big(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public byte[] ToArray() => [.. _bytes];
}
