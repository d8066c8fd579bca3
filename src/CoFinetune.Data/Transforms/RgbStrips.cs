using System.Runtime.Intrinsics;

namespace CoFinetune.Data.Transforms;

/// <summary>Hands pixels over as one span per channel, which is the form that vector instructions want: a few at a time, so that they stay in the first cache.</summary>
internal static class RgbStrips
{
    private const int Pixels = 1024;
    private const int Lanes = 16;
    private const byte None = 255;                             // a shuffle makes it 0

    private static readonly Vector128<byte>[] Split = [.. Masks((plane, part, lane) => 3 * lane + plane - 16 * part)];
    private static readonly Vector128<byte>[] Join = [.. Masks((part, plane, lane) => (16 * part + lane) % 3 == plane ? (16 * part + lane) / 3 : None)];

    /// <summary>Lets <paramref name="operation"/> change <paramref name="rgb"/>, <c>[…, 3]</c>.</summary>
    public static void Change<T>(Span<byte> rgb, ref T operation)
        where T : struct, IStripOperation
    {
        Span<byte> planes = stackalloc byte[3 * Pixels];
        for (; rgb.Length > 0; rgb = rgb[Math.Min(3 * Pixels, rgb.Length)..])
        {
            var strip = rgb[..Math.Min(3 * Pixels, rgb.Length)];
            Run(strip, planes, ref operation);
            Pack(planes, strip);
        }
    }

    /// <summary>Lets <paramref name="operation"/> read <paramref name="rgb"/>, <c>[…, 3]</c>.</summary>
    public static void Read<T>(ReadOnlySpan<byte> rgb, ref T operation)
        where T : struct, IStripOperation
    {
        Span<byte> planes = stackalloc byte[3 * Pixels];
        for (; rgb.Length > 0; rgb = rgb[Math.Min(3 * Pixels, rgb.Length)..]) Run(rgb[..Math.Min(3 * Pixels, rgb.Length)], planes, ref operation);
    }

    private static void Run<T>(ReadOnlySpan<byte> strip, Span<byte> planes, ref T operation)
        where T : struct, IStripOperation
    {
        var count = strip.Length / 3;
        var padded = (count + Lanes - 1) / Lanes * Lanes;
        var red = planes[..padded];
        var green = planes.Slice(Pixels, padded);
        var blue = planes.Slice(2 * Pixels, padded);
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            var at = strip.Slice(3 * i, 3 * Lanes);
            var (a, b, c) = (Vector128.Create(at), Vector128.Create(at[16..]), Vector128.Create(at[32..]));
            Pick(Split, 0, a, b, c).CopyTo(red[i..]);
            Pick(Split, 3, a, b, c).CopyTo(green[i..]);
            Pick(Split, 6, a, b, c).CopyTo(blue[i..]);
        }
        for (; i < padded; i++)
            (red[i], green[i], blue[i]) = i < count ? (strip[3 * i], strip[3 * i + 1], strip[3 * i + 2]) : ((byte)0, (byte)0, (byte)0);
        operation.Apply(red, green, blue);
    }

    private static void Pack(ReadOnlySpan<byte> planes, Span<byte> strip)
    {
        var red = planes[..Pixels];
        var green = planes.Slice(Pixels, Pixels);
        var blue = planes.Slice(2 * Pixels, Pixels);
        var i = 0;
        for (; 3 * (i + Lanes) <= strip.Length; i += Lanes)
        {
            var at = strip.Slice(3 * i, 3 * Lanes);
            var (r, g, b) = (Vector128.Create(red[i..]), Vector128.Create(green[i..]), Vector128.Create(blue[i..]));
            Pick(Join, 0, r, g, b).CopyTo(at);
            Pick(Join, 3, r, g, b).CopyTo(at[16..]);
            Pick(Join, 6, r, g, b).CopyTo(at[32..]);
        }
        for (; 3 * i < strip.Length; i++) (strip[3 * i], strip[3 * i + 1], strip[3 * i + 2]) = (red[i], green[i], blue[i]);
    }

    private static Vector128<byte> Pick(Vector128<byte>[] masks, int first, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c) =>
        Vector128.ShuffleNative(a, masks[first]) | Vector128.ShuffleNative(b, masks[first + 1]) | Vector128.ShuffleNative(c, masks[first + 2]);

    private static IEnumerable<Vector128<byte>> Masks(Func<int, int, int, int> source)
    {
        var lanes = new byte[Lanes];
        for (var mask = 0; mask < 9; mask++)
        {
            for (var lane = 0; lane < Lanes; lane++)
                lanes[lane] = source(mask / 3, mask % 3, lane) is >= 0 and < Lanes and var index ? (byte)index : None;
            yield return Vector128.Create(lanes);
        }
    }
}
