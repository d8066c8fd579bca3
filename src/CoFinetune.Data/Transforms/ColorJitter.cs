using System.Runtime.Intrinsics;
using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Transforms;

/// <summary>Brightness, saturation, contrast and hue in one go, in floats; then clamped and rounded to 8 bit once.</summary>
/// <remarks>
/// Order and ranges are Scenic's (DMVR <c>color_default_augm</c>), brightness being added. Saturation and contrast are torchvision's: away from a pixel's
/// grey, and from a frame's mean grey, where TensorFlow scales S of HSV and takes a mean per channel. The hue turns in HSV, value and chroma staying.
/// </remarks>
/// <param name="Brightness">Added, in levels.</param>
/// <param name="Saturation">Factor of the distance from a pixel's grey.</param>
/// <param name="Contrast">Factor of the distance from the frame's mean grey.</param>
/// <param name="Hue">Turn of the hue; 1 is the whole circle.</param>
internal readonly record struct ColorJitter(float Brightness, float Saturation, float Contrast, float Hue)
{
    private const float RedWeight = 0.2989f;
    private const float GreenWeight = 0.587f;
    private const float BlueWeight = 0.114f;

    /// <summary>Draws each amount evenly from its range.</summary>
    /// <param name="config">The ranges.</param>
    /// <param name="random">Takes four draws.</param>
    public static ColorJitter Draw(AugmentConfig config, KeyedRandom random) => new(
        (float)(255 * random.NextDouble(-config.Brightness, config.Brightness)),
        (float)random.NextDouble(config.Saturation[0], config.Saturation[1]),
        (float)random.NextDouble(config.Contrast[0], config.Contrast[1]),
        (float)random.NextDouble(-config.Hue, config.Hue));

    /// <summary>Changes <paramref name="clip"/>, <c>[T, frame, 3]</c>.</summary>
    public void Apply(Span<byte> clip, FrameSize frame)
    {
        for (; clip.Length > 0; clip = clip[frame.Bytes..])
        {
            var pixels = clip[..frame.Bytes];
            var sums = new ChannelSums();
            if (Contrast != 1) RgbStrips.Read(pixels, ref sums);
            var mean = (RedWeight * sums.Red + GreenWeight * sums.Green + BlueWeight * sums.Blue) / (frame.Height * frame.Width);

            // x + b, then grey + s (x + b - grey), then m + b + c (… - m - b): the same as x times a, grey times g, and a constant.
            var jitter = new Turn
            {
                Own = Contrast * Saturation,
                Grey = Contrast * (1 - Saturation),
                Constant = Brightness + (1 - Contrast) * mean,
                Sixths = 6 * Hue,
            };
            RgbStrips.Change(pixels, ref jitter);
        }
    }

    /// <summary>Takes the colors out of <paramref name="clip"/>, <c>[…, 3]</c>: .2989 R + .587 G + .114 B, rounded.</summary>
    public static void RemoveColor(Span<byte> clip)
    {
        var grey = default(ToGrey);
        RgbStrips.Change(clip, ref grey);
    }

    private static Vector256<float> GreyOf(Vector256<float> red, Vector256<float> green, Vector256<float> blue) =>
        RedWeight * red + GreenWeight * green + BlueWeight * blue;

    private struct Turn : IStripOperation
    {
        public float Own;
        public float Grey;
        public float Constant;
        public float Sixths;

        public readonly void Apply(Span<byte> red, Span<byte> green, Span<byte> blue)
        {
            for (var i = 0; i < red.Length; i += PixelLanes.Count)
            {
                var (r, g, b) = (PixelLanes.Load(red, i), PixelLanes.Load(green, i), PixelLanes.Load(blue, i));
                var shared = Grey * GreyOf(r, g, b) + Vector256.Create(Constant);
                (r, g, b) = (Own * r + shared, Own * g + shared, Own * b + shared);
                if (Sixths != 0) (r, g, b) = TurnHue(r, g, b);
                var half = Vector256.Create(0.5f);
                PixelLanes.Store(r + half, red, i);
                PixelLanes.Store(g + half, green, i);
                PixelLanes.Store(b + half, blue, i);
            }
        }

        // HSV in sixths of the circle: a channel is value - chroma * clamp(min(k, 4 - k), 0, 1) with k = (5, 3 or 1) + hue mod 6.
        private readonly (Vector256<float> Red, Vector256<float> Green, Vector256<float> Blue) TurnHue(Vector256<float> r, Vector256<float> g, Vector256<float> b)
        {
            var value = Vector256.Max(r, Vector256.Max(g, b));
            var chroma = value - Vector256.Min(r, Vector256.Min(g, b));
            var inverse = Vector256<float>.One / Vector256.Max(chroma, Vector256.Create(1e-6f));
            var hue = Vector256.ConditionalSelect(
                Vector256.Equals(value, r),
                (g - b) * inverse,
                Vector256.ConditionalSelect(Vector256.Equals(value, g), (b - r) * inverse + Vector256.Create(2f), (r - g) * inverse + Vector256.Create(4f)));
            hue += Vector256.Create(Sixths);
            return (Channel(value, chroma, hue, 5), Channel(value, chroma, hue, 3), Channel(value, chroma, hue, 1));
        }

        private static Vector256<float> Channel(Vector256<float> value, Vector256<float> chroma, Vector256<float> hue, float place)
        {
            var k = hue + Vector256.Create(place);
            k -= 6f * Vector256.Floor(k * (1 / 6f));
            var share = Vector256.Min(Vector256.Max(Vector256.Min(k, Vector256.Create(4f) - k), Vector256<float>.Zero), Vector256<float>.One);
            return value - chroma * share;
        }
    }

    private struct ToGrey : IStripOperation
    {
        public readonly void Apply(Span<byte> red, Span<byte> green, Span<byte> blue)
        {
            for (var i = 0; i < red.Length; i += PixelLanes.Count)
            {
                PixelLanes.Store(GreyOf(PixelLanes.Load(red, i), PixelLanes.Load(green, i), PixelLanes.Load(blue, i)) + Vector256.Create(0.5f), red, i);
            }
            red.CopyTo(green);
            red.CopyTo(blue);
        }
    }

    private struct ChannelSums : IStripOperation
    {
        public long Red;
        public long Green;
        public long Blue;

        public void Apply(Span<byte> red, Span<byte> green, Span<byte> blue)
        {
            Red += Sum(red);
            Green += Sum(green);
            Blue += Sum(blue);
        }

        private static long Sum(ReadOnlySpan<byte> channel)
        {
            var sum = Vector256<float>.Zero;
            for (var i = 0; i < channel.Length; i += PixelLanes.Count) sum += PixelLanes.Load(channel, i);
            return (long)Vector256.Sum(sum);
        }
    }
}
