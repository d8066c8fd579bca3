using System.Runtime.InteropServices;

namespace CoFinetune.Models.Weights.Streams;

/// <summary>A view of memory by strides, written out with the last side running fastest.</summary>
/// <param name="load">Reads the memory that the view touches, when the first element is asked for.</param>
/// <param name="width">Bytes of an element: 1, 2, 4 or 8.</param>
/// <param name="shape">At least one side, none of them empty.</param>
/// <param name="strides">Elements from one place to the next along each side; 0 or more, inside the memory.</param>
internal sealed class StridedStream(Func<byte[]> load, int width, IReadOnlyList<long> shape, IReadOnlyList<long> strides) : BlockStream
{
    private readonly long[] _index = new long[shape.Count];
    private byte[]? _memory;
    private long _at;
    private bool _done;

    protected override int Fill(Span<byte> block) => width switch
    {
        1 => Fill<byte>(block),
        2 => Fill<ushort>(block),
        4 => Fill<uint>(block),
        _ => Fill<ulong>(block),
    };

    private int Fill<T>(Span<byte> block)
        where T : unmanaged
    {
        var memory = MemoryMarshal.Cast<byte, T>(_memory ??= load());
        var room = MemoryMarshal.Cast<byte, T>(block);
        var last = shape.Count - 1;
        var filled = 0;
        while (filled < room.Length && !_done)
        {
            var run = (int)Math.Min(room.Length - filled, shape[last] - _index[last]);
            for (var i = 0; i < run; i++) room[filled + i] = memory[(int)(_at + (i * strides[last]))];
            filled += run;
            Advance(last, run);
        }
        return filled * width;
    }

    private void Advance(int side, long steps)
    {
        _index[side] += steps;
        _at += steps * strides[side];
        while (_index[side] == shape[side])
        {
            _at -= _index[side] * strides[side];
            _index[side] = 0;
            if (side-- == 0)
            {
                _done = true;
                return;
            }
            _index[side]++;
            _at += strides[side];
        }
    }
}
