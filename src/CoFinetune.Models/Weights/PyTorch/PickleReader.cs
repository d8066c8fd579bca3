using System.Buffers.Binary;
using System.Text;

namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>
/// Reads the pickle of a PyTorch file. A pickle is a program for a stack machine that may call anything; this machine can build
/// dictionaries, lists, tuples, scalars, texts and descriptions of tensors, and has no way to call.
/// </summary>
/// <remarks>One pass over the program, without recursion; every step takes at least a byte of it, and no number in it reserves memory.</remarks>
internal sealed class PickleReader
{
    private const int MaxSteps = 2_000_000;
    private const int MaxGlobalName = 256;
    private const int MaxProtocol = 5;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly object[] SmallIntegers = [.. Enumerable.Range(0, 256).Select(i => (object)(long)i)];

    private readonly byte[] _program;
    private readonly Func<string, WeightsException> _broken;
    private readonly PickleStack _stack;
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    private PickleReader(byte[] program, Func<string, WeightsException> broken)
    {
        _program = program;
        _broken = broken;
        _stack = new PickleStack(broken);
    }

    /// <summary>The one value that the program leaves behind.</summary>
    /// <param name="program">The pickle.</param>
    /// <param name="broken">Puts a problem into words.</param>
    /// <exception cref="WeightsException">It is broken, or builds something else than weights.</exception>
    public static object? Read(byte[] program, Func<string, WeightsException> broken) => new PickleReader(program, broken).Run();

    private object? Run()
    {
        if (Byte() != 0x80 || Byte() is not (>= 2 and <= MaxProtocol)) throw _broken($"is no pickle of protocol 2 to {MaxProtocol}");
        for (var steps = 0; steps < MaxSteps; steps++)
        {
            var code = Byte();
            if (code == '.')
            {
                var result = _stack.Pop();
                return _at == _program.Length && _stack.Count == 0 ? result : throw _broken("goes on after its end");
            }
            Step(code);
        }
        throw _broken($"takes more than {MaxSteps} steps");
    }

    private void Step(byte code)
    {
        switch (code)
        {
            case (byte)'(': _stack.Mark(); break;
            case (byte)'0': _ = _stack.Pop(); break;
            case (byte)'N': _stack.Push(null); break;
            case 0x88 or 0x89: _stack.Push(PickleOpaque.Scalar); break;                         // NEWTRUE, NEWFALSE
            case (byte)'K': _stack.Push(SmallIntegers[Byte()]); break;                          // BININT1
            case (byte)'M': _stack.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case (byte)'J': _stack.Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 0x8a: _stack.Push(Integer(Take(Byte()))); break;                               // LONG1
            case 0x8b: _stack.Push(Integer(Take(Length(4)))); break;                            // LONG4
            case (byte)'G': _stack.Push(Opaque(8)); break;                                      // BINFLOAT
            case 0x8c: _stack.Push(Text(Byte())); break;                                        // SHORT_BINUNICODE
            case (byte)'X': _stack.Push(Text(Length(4))); break;                                // BINUNICODE
            case 0x8d: _stack.Push(Text(Length(8))); break;                                     // BINUNICODE8
            case (byte)'C': _stack.Push(Opaque(Byte())); break;                                 // SHORT_BINBYTES
            case (byte)'B': _stack.Push(Opaque(Length(4))); break;                              // BINBYTES
            case 0x8e: _stack.Push(Opaque(Length(8))); break;                                   // BINBYTES8
            case (byte)'}': _stack.Push(new PickleDict(isOrdered: false)); break;
            case (byte)']': _stack.Push(new PickleList()); break;
            case (byte)')': _stack.Push(Array.Empty<object?>()); break;
            case (byte)'t': _stack.Push(_stack.PopMark()); break;
            case 0x85 or 0x86 or 0x87: _stack.Push(_stack.Pop(code - 0x84)); break;             // TUPLE1, TUPLE2, TUPLE3
            case (byte)'a': Append([_stack.Pop()]); break;
            case (byte)'e': Append(_stack.PopMark()); break;
            case (byte)'s': Set(_stack.Pop(2)); break;
            case (byte)'u': Set(_stack.PopMark()); break;
            case (byte)'q': Remember(Byte()); break;                                            // BINPUT
            case (byte)'r': Remember(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;  // LONG_BINPUT
            case 0x94: Remember(_memo.Count); break;                                            // MEMOIZE
            case (byte)'h': Recall(Byte()); break;                                              // BINGET
            case (byte)'j': Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))); break;    // LONG_BINGET
            case 0x95: _ = Length(8); break;                                                    // FRAME: a hint for readers of pipes
            case (byte)'c': _stack.Push(Global(Line(), Line())); break;
            case 0x93: _stack.Push(_stack.Pop(2) is [string module, string name] ? Global(module, name) : throw _broken("names something without text")); break;
            case (byte)'R': Reduce(_stack.Pop(2)); break;
            case 0x81: NewObject(_stack.Pop(2)); break;                                         // NEWOBJ
            case (byte)'b': Build(_stack.Pop()); break;
            case (byte)'Q': _stack.Push(Storage(_stack.Pop())); break;                          // BINPERSID
            default: throw _broken($"uses the pickle code 0x{code:x2} at byte {_at - 1}, which no file of weights needs");
        }
    }

    private PickleGlobal Global(string module, string name) => PickleGlobal.Find(module, name)
        ?? throw _broken($"asks Python for {module}.{name}, which is not loaded here: save the state dict alone, torch.save(model.state_dict(), \"weights.pth\")");

    /// <summary>What a call of one of the known names would have returned.</summary>
    private void Reduce(object?[] call)
    {
        if (call[1] is not object?[] arguments) throw _broken("calls something without arguments");
        if (call[0] == PickleGlobal.OrderedDict && arguments is [] or [PickleList]) _stack.Push(OrderedDict(arguments));
        else if (call[0] == PickleGlobal.RebuildTensor) _stack.Push(Tensor(arguments));
        else if (call[0] == PickleGlobal.RebuildParameter && arguments is [PickleTensor parameter, _, _]) _stack.Push(parameter);
        else throw _broken("calls something that is no part of weights");
    }

    /// <summary>Python 2 gave the entries as a list of pairs.</summary>
    private PickleDict OrderedDict(object?[] arguments)
    {
        var dict = new PickleDict(isOrdered: true);
        if (arguments is [PickleList pairs])
        {
            foreach (var pair in pairs)
                dict.Add(pair is PickleList { Count: 2 } two ? (two[0], two[1]) : pair is object?[] { Length: 2 } tuple ? (tuple[0], tuple[1]) : throw _broken("makes a dictionary of no pairs"));
        }
        return dict;
    }

    private PickleTensor Tensor(object?[] arguments)
    {
        // The fifth and sixth are requires_grad and hooks, the seventh is metadata; none of them changes a value.
        if (arguments is not [PickleStorage storage, long offset, object?[] shape, object?[] strides, ..] || arguments.Length is not (6 or 7))
            throw _broken("describes a tensor without storage, offset, size and stride");
        return new(storage, offset, Numbers(shape), Numbers(strides));
    }

    private long[] Numbers(object?[] values)
    {
        if (values.Length > TensorTypes.MaxSides) throw _broken($"describes a tensor of {values.Length} sides");
        return [.. values.Select(value => value is long number ? number : throw _broken("describes a tensor by something else than numbers"))];
    }

    private PickleStorage Storage(object? id)
    {
        if (id is not object?[] parts || parts is not ["storage", PickleGlobal { Storage: { } type }, string key, string, long count] || count < 0)
            throw _broken("refers to a storage in an unknown way");
        return new(type, key, count);
    }

    private void NewObject(object?[] call)
    {
        if (call[0] != PickleGlobal.Namespace || call[1] is not object?[] { Length: 0 }) throw _broken("makes an object that is no part of weights");
        _stack.Push(PickleOpaque.Namespace);
    }

    /// <summary>Attributes of an ordered dictionary (versions of modules) and of a namespace (settings) are dropped; others must not be.</summary>
    private void Build(object? state)
    {
        var target = _stack.Top();
        if (state is not PickleDict || target != PickleOpaque.Namespace && target is not PickleDict { IsOrdered: true })
            throw _broken("sets attributes of something that is neither a dictionary nor a namespace");
    }

    private void Append(object?[] values)
    {
        if (_stack.Top() is not PickleList list) throw _broken("appends to something that is no list");
        list.AddRange(values);
    }

    private void Set(object?[] entries)
    {
        if (_stack.Top() is not PickleDict dict || entries.Length % 2 != 0) throw _broken("sets entries of something that is no dictionary");
        for (var i = 0; i < entries.Length; i += 2) dict.Add((entries[i], entries[i + 1]));
    }

    /// <summary>Picklers number what they remember one after the other, so a number beyond the program's length is an attack on a table.</summary>
    private void Remember(long number)
    {
        if (number > _program.Length) throw _broken($"remembers something as number {number}");
        _memo[number] = _stack.Top();
    }

    private void Recall(long number) =>
        _stack.Push(_memo.TryGetValue(number, out var value) ? value : throw _broken($"recalls number {number}, which was never remembered"));

    private object Integer(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8) return PickleOpaque.Scalar;
        Span<byte> wide = stackalloc byte[8];
        wide.Fill(bytes.IsEmpty || bytes[^1] < 0x80 ? (byte)0 : (byte)0xff);
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadInt64LittleEndian(wide);
    }

    private PickleOpaque Opaque(long length)
    {
        Take(length);
        return PickleOpaque.Scalar;
    }

    private string Text(long length)
    {
        var bytes = Take(length);
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw _broken($"has a text that is not UTF-8, before byte {_at}");
        }
    }

    /// <summary>Up to the next line feed, which is not part of it.</summary>
    private string Line()
    {
        var length = _program.AsSpan(_at).IndexOf((byte)'\n');
        if (length is < 0 or > MaxGlobalName) throw _broken("has a name without end");
        var line = Text(length);
        _at++;
        return line;
    }

    private byte Byte() => Take(1)[0];

    private long Length(int bytes)
    {
        long length = bytes == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : BinaryPrimitives.ReadInt64LittleEndian(Take(8));
        return length >= 0 ? length : throw _broken("announces an impossible length");
    }

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length > _program.Length - _at) throw _broken($"is cut off at byte {_at}");
        var bytes = _program.AsSpan(_at, (int)length);
        _at += (int)length;
        return bytes;
    }
}
