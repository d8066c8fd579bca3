using System.Runtime.Intrinsics;

namespace CoFinetune.Data.Transforms;

/// <summary>What a level table cannot say: operations that look at all channels of a pixel, at its neighbors, or at its place. PIL's rules.</summary>
internal static class PixelFilters
{
    /// <summary>Sum over all pixels of PIL's grey, (19595 R + 38470 G + 7471 B + 32768) / 65536 rounded down.</summary>
    public static long SumOfGrey(ReadOnlySpan<byte> clip)
    {
        var sum = new GreySum();
        RgbStrips.Read(clip, ref sum);
        return sum.Total;
    }

    /// <summary>From grey at factor 0 through the clip itself at 1 and beyond, truncated.</summary>
    public static void Color(Span<byte> clip, float factor)
    {
        var blend = new GreyBlend { Factor = factor };
        RgbStrips.Change(clip, ref blend);
    }

    /// <summary>From a smoothed clip at factor 0 through the clip itself at 1 and beyond, truncated; the outermost pixels of each frame stay.</summary>
    /// <remarks>The smoothing kernel is 1 1 1 / 1 5 1 / 1 1 1 over 13, rounded.</remarks>
    public static void Sharpness(Span<byte> clip, FrameSize frame, float factor)
    {
        if (frame.Height < 3 || frame.Width < 3) return;
        var row = frame.Width * 3;
        var source = new byte[frame.Bytes + 2 * PixelLanes.Count];             // the last lanes of a row look beyond its end
        for (; clip.Length > 0; clip = clip[frame.Bytes..])
        {
            clip[..frame.Bytes].CopyTo(source);
            for (var y = 1; y < frame.Height - 1; y++) SharpenRow(source, y * row, row, factor, clip);
        }
    }

    /// <summary>Fills the square of twice <paramref name="half"/> around a point, as far as it lies in the frame.</summary>
    public static void Cutout(Span<byte> clip, FrameSize frame, int y, int x, int half, byte fill)
    {
        var (top, bottom) = (Math.Max(0, y - half), Math.Min(frame.Height, y + half));
        var (left, right) = (Math.Max(0, x - half), Math.Min(frame.Width, x + half));
        for (; clip.Length > 0; clip = clip[frame.Bytes..])
            for (var line = top; line < bottom; line++) clip.Slice((line * frame.Width + left) * 3, (right - left) * 3).Fill(fill);
    }

    private static void SharpenRow(byte[] source, int start, int row, float factor, Span<byte> frame)
    {
        var end = start + row - 3;
        for (var i = start + 3; i < end; i += PixelLanes.Count)
        {
            var center = PixelLanes.Load(source, i);
            var sum = Column(source, i - 3, row) + Column(source, i, row) + Column(source, i + 3, row) + 4 * center;
            var smooth = Vector256.Floor(sum * (1 / 13f) + Vector256.Create(0.5f));
            var sharp = smooth + factor * (center - smooth);
            if (i + PixelLanes.Count <= end) PixelLanes.Store(sharp, frame, i);
            else StoreSome(sharp, frame, i, end);
        }
    }

    private static Vector256<float> Column(byte[] source, int at, int row) =>
        PixelLanes.Load(source, at - row) + PixelLanes.Load(source, at) + PixelLanes.Load(source, at + row);

    private static void StoreSome(Vector256<float> values, Span<byte> frame, int at, int end)
    {
        Span<byte> bytes = stackalloc byte[PixelLanes.Count];
        PixelLanes.Store(values, bytes, 0);
        bytes[..(end - at)].CopyTo(frame[at..]);
    }

    private struct GreySum : IStripOperation
    {
        public long Total;

        public void Apply(Span<byte> red, Span<byte> green, Span<byte> blue)
        {
            var sum = Vector256<int>.Zero;
            for (var i = 0; i < red.Length; i += PixelLanes.Count) sum += Grey(red, green, blue, i);
            Total += Vector256.Sum(sum);
        }
    }

    private struct GreyBlend : IStripOperation
    {
        public float Factor;

        public readonly void Apply(Span<byte> red, Span<byte> green, Span<byte> blue)
        {
            for (var i = 0; i < red.Length; i += PixelLanes.Count)
            {
                var grey = Vector256.ConvertToSingle(Grey(red, green, blue, i));
                PixelLanes.Store(grey + Factor * (PixelLanes.Load(red, i) - grey), red, i);
                PixelLanes.Store(grey + Factor * (PixelLanes.Load(green, i) - grey), green, i);
                PixelLanes.Store(grey + Factor * (PixelLanes.Load(blue, i) - grey), blue, i);
            }
        }
    }

    // Exact in floats: the sum stays below 2^24.
    private static Vector256<int> Grey(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, int i) =>
        Vector256.ConvertToInt32Native(19595f * PixelLanes.Load(red, i) + 38470f * PixelLanes.Load(green, i) + 7471f * PixelLanes.Load(blue, i) + Vector256.Create(32768f)) >> 16;
}
