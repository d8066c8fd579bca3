using System.Buffers.Binary;
using System.Text;

namespace CoFinetune.Models.Weights.Flax;

/// <summary>Walks through a msgpack file without loading it: what is skipped is not read.</summary>
internal sealed class MsgpackCursor(SourceFile file)
{
    private const int WindowBytes = 1 << 16;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly byte[] _window = new byte[WindowBytes];
    private long _windowStart;
    private int _windowLength;

    /// <summary>The next byte's place in the file.</summary>
    public long Position { get; private set; }

    /// <summary>The beginning of the next value.</summary>
    public MsgpackToken Next()
    {
        var code = (byte)Number(1);
        return code switch
        {
            < 0x80 => new(MsgpackKind.Integer, code),
            < 0x90 => new(MsgpackKind.Map, code & 0x0f),
            < 0xa0 => new(MsgpackKind.List, code & 0x0f),
            < 0xc0 => new(MsgpackKind.Text, code & 0x1f),
            0xc0 or 0xc2 => new(MsgpackKind.Other),
            0xc1 => throw file.Broken($"is no correct msgpack: byte {Position - 1} is 0xc1"),
            0xc3 => new(MsgpackKind.True),
            0xc4 or 0xc5 or 0xc6 => new(MsgpackKind.Bytes, Number(1 << (code - 0xc4))),
            0xc7 or 0xc8 or 0xc9 => Extended(Number(1 << (code - 0xc7))),
            0xca => Skipped(4),
            0xcb => Skipped(8),
            0xcc or 0xcd or 0xce => new(MsgpackKind.Integer, Number(1 << (code - 0xcc))),
            0xcf => Number(8) is >= 0 and var value ? new(MsgpackKind.Integer, value) : new(MsgpackKind.Other),
            0xd0 => new(MsgpackKind.Integer, (sbyte)Number(1)),
            0xd1 => new(MsgpackKind.Integer, (short)Number(2)),
            0xd2 => new(MsgpackKind.Integer, (int)Number(4)),
            0xd3 => new(MsgpackKind.Integer, Number(8)),
            <= 0xd8 => Extended(1 << (code - 0xd4)),
            0xd9 or 0xda or 0xdb => new(MsgpackKind.Text, Number(1 << (code - 0xd9))),
            0xdc or 0xdd => new(MsgpackKind.List, Number(2 << (code - 0xdc))),
            0xde or 0xdf => new(MsgpackKind.Map, Number(2 << (code - 0xde))),
            _ => new(MsgpackKind.Integer, (sbyte)code),
        };
    }

    /// <summary>A text whose beginning was just read.</summary>
    public string Text(long length)
    {
        if (length > WeightIndex.MaxNameLength) throw file.Broken($"has a name of {length} bytes");
        try
        {
            return Utf8.GetString(Take((int)length));
        }
        catch (ArgumentException e)
        {
            throw file.Broken($"has a text that is not UTF-8, before byte {Position}", e);
        }
    }

    public void Skip(long length)
    {
        if (length > file.Length - Position) throw file.Broken($"is cut off: {length} bytes are announced at byte {Position}, {file.Length - Position} are left");
        Position += length;
    }

    private MsgpackToken Skipped(int length)
    {
        Skip(length);
        return new(MsgpackKind.Other);
    }

    private MsgpackToken Extended(long length) => new(MsgpackKind.Extension, length, (sbyte)Number(1));

    /// <summary>A big-endian number; of eight bytes it may be negative.</summary>
    private long Number(int length)
    {
        Span<byte> wide = stackalloc byte[8];
        wide.Clear();
        Take(length).CopyTo(wide[(8 - length)..]);
        return BinaryPrimitives.ReadInt64BigEndian(wide);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        var begin = Position;
        Skip(length);
        if (begin < _windowStart || Position > _windowStart + _windowLength)
        {
            _windowStart = begin;
            _windowLength = (int)Math.Min(WindowBytes, file.Length - begin);
            file.Read(_window.AsSpan(0, _windowLength), begin);
        }
        return _window.AsSpan((int)(begin - _windowStart), length);
    }
}
