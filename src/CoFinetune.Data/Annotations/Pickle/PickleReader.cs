using System.Buffers.Binary;
using System.Text;

namespace CoFinetune.Data.Annotations.Pickle;

/// <summary>
/// Reads a pickle (protocols 2 to 5) of dictionaries, texts, numbers, tuples and numpy arrays of numbers. A pickle is a program for a stack machine that
/// may call anything; this machine knows what six names would have made, and has no way to call.
/// </summary>
/// <remarks>
/// One pass over the program, without recursion; every step takes at least a byte of it, arrays stay in its bytes, and no number in it reserves memory.
/// </remarks>
internal sealed class PickleReader
{
    private const int MaxName = 256;
    private const int MaxLong = 8;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly object[] SmallIntegers = [.. Enumerable.Range(0, 256).Select(i => (object)(long)i)];

    private readonly string _path;
    private readonly ReadOnlyMemory<byte> _program;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;
    private long _encoded;

    private PickleReader(string path, ReadOnlyMemory<byte> program) => (_path, _program) = (path, program);

    /// <summary>The names of Python's that stand in such a file, by what they make.</summary>
    private enum Name
    {
        Array,
        Reconstruct,
        FromBuffer,
        Type,
        Scalar,
        Encode,
        Bytes,
    }

    /// <summary>The one value that the program leaves behind.</summary>
    /// <exception cref="DataException">It is broken, or wants something else.</exception>
    public static object? Read(string path, ReadOnlyMemory<byte> program) => new PickleReader(path, program).Run();

    private object? Run()
    {
        if (Byte() != 0x80 || Byte() is not (>= 2 and <= 5)) throw Broken("is no pickle of protocol 2 to 5");
        while (true)
        {
            var code = Byte();
            if (code == '.')
            {
                var result = Pop();
                return _at == _program.Length && _stack.Count == 0 ? result : throw Broken("goes on after its end");
            }
            Step(code);
        }
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case (byte)'(': _marks.Add(_stack.Count); break;
            case (byte)'0': _ = Pop(); break;
            case (byte)'N': _stack.Add(null); break;
            case 0x88 or 0x89: _stack.Add(code == 0x88); break;                                 // NEWTRUE, NEWFALSE
            case (byte)'K': _stack.Add(SmallIntegers[Byte()]); break;                           // BININT1
            case (byte)'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span)); break;
            case (byte)'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span)); break;
            case 0x8a: _stack.Add(Integer(Take(Byte()).Span)); break;                           // LONG1
            case (byte)'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8).Span)); break;
            case 0x8c: _stack.Add(Text(Take(Byte()).Span)); break;                              // SHORT_BINUNICODE
            case (byte)'X': _stack.Add(Text(Take(Length(4)).Span)); break;                      // BINUNICODE
            case 0x8d: _stack.Add(Text(Take(Length(8)).Span)); break;                           // BINUNICODE8
            case (byte)'U': _stack.Add(PythonTwo(Take(Byte()))); break;                         // SHORT_BINSTRING
            case (byte)'T': _stack.Add(PythonTwo(Take(Length(4)))); break;                      // BINSTRING
            case (byte)'C': _stack.Add(Take(Byte())); break;                                    // SHORT_BINBYTES
            case (byte)'B': _stack.Add(Take(Length(4))); break;                                 // BINBYTES
            case 0x8e or 0x96: _stack.Add(Take(Length(8))); break;                              // BINBYTES8, BYTEARRAY8
            case (byte)'}': _stack.Add(new PickleDict()); break;
            case (byte)')': _stack.Add(Array.Empty<object?>()); break;
            case (byte)'t': _stack.Add(PopMark()); break;
            case 0x85 or 0x86 or 0x87: _stack.Add(Pop(code - 0x84)); break;                     // TUPLE1, TUPLE2, TUPLE3
            case (byte)'s': Set(Pop(2)); break;
            case (byte)'u': Set(PopMark()); break;
            case (byte)'q': _memo[Byte()] = Top(); break;                                       // BINPUT
            case (byte)'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span)] = Top(); break;
            case 0x94: _memo[_memo.Count] = Top(); break;                                       // MEMOIZE
            case (byte)'h': Recall(Byte()); break;                                              // BINGET
            case (byte)'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span)); break;
            case 0x95: _ = Length(8); break;                                                    // FRAME: a hint for readers of pipes
            case (byte)'c': _stack.Add(Find(Line(), Line())); break;
            case 0x93: _stack.Add(Pop(2) is [string module, string name] ? Find(module, name) : throw Broken("names something without text")); break;
            case (byte)'R': _stack.Add(Made(Pop(2))); break;
            case (byte)'b': Build(Pop()); break;
            default: throw Broken($"uses the code 0x{code:x2} at byte {_at - 1}, which no file of boxes needs");
        }
    }

    private Name Find(string module, string name) => (module, name) switch
    {
        ("numpy", "ndarray") => Name.Array,
        ("numpy", "dtype") => Name.Type,
        ("numpy.core.multiarray" or "numpy._core.multiarray", "_reconstruct") => Name.Reconstruct,
        ("numpy.core.multiarray" or "numpy._core.multiarray", "scalar") => Name.Scalar,
        ("numpy.core.numeric" or "numpy._core.numeric", "_frombuffer") => Name.FromBuffer,
        ("_codecs", "encode") => Name.Encode,                   // how protocol 2 writes bytes
        ("__builtin__" or "builtins", "bytes") => Name.Bytes,   // and how it writes none
        _ => throw Broken($"asks Python for {module}.{name}, which is not known here; nothing of a pickle is ever run"),
    };

    /// <summary>What a call of one of the known names would have returned.</summary>
    private object Made(object?[] call)
    {
        if (call is not [Name name, object?[] arguments]) throw Broken("calls something that is no part of boxes");
        switch (name, arguments)
        {
            case (Name.Reconstruct, [Name.Array, ..]):
                return new NumberArray();
            case (Name.Type, [string type, ..]):
                return NumberType.Find(type) ?? throw Broken($"has an array of '{type}', which are no numbers");
            case (Name.FromBuffer, [ReadOnlyMemory<byte> bytes, NumberType type, object?[] shape, string order]):
                return Filled(new NumberArray(), shape, type, bytes, order == "F");
            case (Name.Scalar, [NumberType type, ReadOnlyMemory<byte> bytes]):
                return Filled(new NumberArray(), [1L], type, bytes, false)[0, 0];
            case (Name.Bytes, []):
                return ReadOnlyMemory<byte>.Empty;
            case (Name.Encode, [string text, "latin1"]):
                return Encoded(text);
            default:
                throw Broken($"calls {name} in a way that is not known");
        }
    }

    private void Build(object? state)
    {
        switch (Top(), state)
        {
            case (NumberType type, object?[] and [_, string order, ..]):
                type.BigEndian = order == ">";
                break;
            case (NumberArray array, object?[] and [_, object?[] shape, NumberType type, bool byColumn, ReadOnlyMemory<byte> bytes]):
                Filled(array, shape, type, bytes, byColumn);
                break;
            case (NumberArray array, object?[] and [_, object?[] shape, NumberType type, bool byColumn, string text]):
                Filled(array, shape, type, Encoded(text), byColumn);
                break;
            default:
                throw Broken("sets attributes of something that is no array");
        }
    }

    /// <summary>The bytes of a text. It may be recalled as often as one likes; what is made of it must not outgrow the file.</summary>
    private ReadOnlyMemory<byte> Encoded(string text)
    {
        if ((_encoded += text.Length) > _program.Length) throw Broken("makes more bytes than it has");
        return text.All(c => c <= 0xff) ? Encoding.Latin1.GetBytes(text) : throw Broken("has bytes beyond 255");
    }

    private NumberArray Filled(NumberArray array, object?[] shape, NumberType type, ReadOnlyMemory<byte> bytes, bool byColumn) =>
        array.Fill(shape, type, bytes, byColumn) ? array : throw Broken("has an array whose shape does not fit its bytes");

    private void Set(object?[] entries)
    {
        if (Top() is not PickleDict dict || entries.Length % 2 != 0) throw Broken("sets entries of something that is no dictionary");
        for (var i = 0; i < entries.Length; i += 2) dict.Add((entries[i], entries[i + 1]));
    }

    private void Recall(long number) =>
        _stack.Add(_memo.TryGetValue(number, out var value) ? value : throw Broken($"recalls number {number}, which was never remembered"));

    private long Integer(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLong) throw Broken("has a number of more than 64 bits");
        Span<byte> wide = stackalloc byte[MaxLong];
        wide.Fill(bytes.IsEmpty || bytes[^1] < 0x80 ? (byte)0 : (byte)0xff);
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadInt64LittleEndian(wide);
    }

    /// <summary>Python 2 writes texts and bytes alike: what is ASCII is taken for text, which an array turns back.</summary>
    private static object PythonTwo(ReadOnlyMemory<byte> bytes) => Ascii.IsValid(bytes.Span) && bytes.Length <= MaxName ? Encoding.ASCII.GetString(bytes.Span) : bytes;

    private string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Broken($"has a text that is not UTF-8, before byte {_at}");
        }
    }

    /// <summary>Up to the next line feed, which is not part of it.</summary>
    private string Line()
    {
        var length = _program.Span[_at..].IndexOf((byte)'\n');
        if (length is < 0 or > MaxName) throw Broken("has a name without end");
        var line = Text(Take(length).Span);
        _at++;
        return line;
    }

    private object? Pop()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] Pop(int count)
    {
        if (_stack.Count - count < (_marks.Count > 0 ? _marks[^1] : 0)) throw Broken("takes from an empty stack");
        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object?[] PopMark()
    {
        if (_marks.Count == 0) throw Broken("has no mark to go back to");
        var values = Pop(_stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private object? Top() => _stack.Count > (_marks.Count > 0 ? _marks[^1] : 0) ? _stack[^1] : throw Broken("takes from an empty stack");

    private byte Byte() => Take(1).Span[0];

    private long Length(int bytes)
    {
        long length = bytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span) : BinaryPrimitives.ReadInt64LittleEndian(Take(8).Span);
        return length >= 0 ? length : throw Broken("announces an impossible length");
    }

    private ReadOnlyMemory<byte> Take(long length)
    {
        if (length > _program.Length - _at) throw Broken($"is cut off at byte {_at}");
        var bytes = _program.Slice(_at, (int)length);
        _at += (int)length;
        return bytes;
    }

    private DataException Broken(string problem) => new(_path, 0, $"the pickle {problem}");
}
