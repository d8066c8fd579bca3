using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CoFinetune.Data.Transforms;

/// <summary>Resizes frames and cuts a window out of them, computing only what the window shows.</summary>
/// <param name="from">Size of the frames that come in.</param>
/// <param name="to">Size they are resized to.</param>
/// <param name="top">First row of the window.</param>
/// <param name="left">First column of the window.</param>
/// <param name="window">Size of the window.</param>
internal sealed class FrameResizer(FrameSize from, FrameSize to, int top, int left, FrameSize window)
{
    private readonly ResizeTaps _rows = new(from.Height, to.Height, top, window.Height);
    private readonly ResizeTaps _columns = new(from.Width, to.Width, left, window.Width);

    /// <summary>Writes the window of <paramref name="frame"/>, <c>[from, 3]</c>, to <paramref name="pixels"/>, <c>[window, 3]</c>, rounded to nearest.</summary>
    public void Apply(ReadOnlySpan<byte> frame, Span<byte> pixels)
    {
        var (low, high) = (_columns.Low, _columns.High);
        var row = new float[(high - low) * 3 + 1];             // one more: a pixel is read as four floats
        for (var y = 0; y < window.Height; y++)
        {
            Array.Clear(row);
            var weights = _rows.Weights(y);
            for (var tap = 0; tap < weights.Length; tap++)
            {
                if (weights[tap] == 0) continue;
                var source = frame.Slice(((_rows.First(y) + tap) * from.Width + low) * 3, (high - low) * 3);
                AddWeighted(source, weights[tap], row);
            }
            Mix(row, low, pixels.Slice(y * window.Width * 3, window.Width * 3));
        }
    }

    private static void AddWeighted(ReadOnlySpan<byte> source, float weight, Span<float> sum)
    {
        ref var bytes = ref MemoryMarshal.GetReference(source);
        ref var floats = ref MemoryMarshal.GetReference(sum);
        var i = 0;
        for (; i + 16 <= source.Length; i += 16)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref bytes, (nuint)i));
            Add(Vector128.WidenLower(low), i, ref floats);
            Add(Vector128.WidenUpper(low), i + 4, ref floats);
            Add(Vector128.WidenLower(high), i + 8, ref floats);
            Add(Vector128.WidenUpper(high), i + 12, ref floats);
        }
        for (; i < source.Length; i++) sum[i] += weight * source[i];

        void Add(Vector128<uint> values, int at, ref float to)
        {
            var weighted = weight * Vector128.ConvertToSingle(values.AsInt32());
            (Vector128.LoadUnsafe(ref to, (nuint)at) + weighted).StoreUnsafe(ref to, (nuint)at);
        }
    }

    private void Mix(ReadOnlySpan<float> row, int low, Span<byte> pixels)
    {
        ref var floats = ref MemoryMarshal.GetReference(row);
        for (var x = 0; x < window.Width; x++)
        {
            var weights = _columns.Weights(x);
            var at = (nuint)((_columns.First(x) - low) * 3);
            var sum = Vector128.Create(0.5f);                  // truncation below then rounds
            for (var tap = 0; tap < weights.Length; tap++, at += 3) sum += weights[tap] * Vector128.LoadUnsafe(ref floats, at);
            var values = Vector128.ConvertToInt32(sum);
            pixels[3 * x] = (byte)values[0];
            pixels[3 * x + 1] = (byte)values[1];
            pixels[3 * x + 2] = (byte)values[2];
        }
    }
}
