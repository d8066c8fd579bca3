namespace CoFinetune.Data.Transforms;

/// <summary>For each channel, what each of its 256 levels becomes; PIL's rules. A clip counts as one image.</summary>
internal sealed class LevelTables
{
    private readonly byte[] _red;
    private readonly byte[] _green;
    private readonly byte[] _blue;

    private LevelTables(byte[] red, byte[] green, byte[] blue) => (_red, _green, _blue) = (red, green, blue);

    private LevelTables(Func<int, int> level)
        : this(Table(level))
    {
    }

    private LevelTables(byte[] all)
        : this(all, all, all)
    {
    }

    /// <summary>255 - x.</summary>
    public static LevelTables Invert { get; } = new(x => 255 - x);

    /// <summary>Keeps the <paramref name="bits"/> highest bits, 1 to 8.</summary>
    public static LevelTables Posterize(int bits) => new(x => x & (0xFF00 >> bits));

    /// <summary>Inverts levels from <paramref name="threshold"/> on.</summary>
    public static LevelTables Solarize(int threshold) => new(x => x < threshold ? x : 255 - x);

    /// <summary>Adds to levels below <paramref name="threshold"/>.</summary>
    public static LevelTables SolarizeAdd(int addition, int threshold) => new(x => x < threshold ? Math.Min(x + addition, 255) : x);

    /// <summary>From <paramref name="from"/> through x at factor 1 and beyond, truncated.</summary>
    public static LevelTables Blend(int from, float factor) => new(x => (int)Math.Clamp(from + factor * (x - from), 0, 255));

    /// <summary>Spreads each channel's levels over 0 to 255.</summary>
    public static LevelTables AutoContrast(ReadOnlySpan<byte> clip)
    {
        return PerChannel(clip, Spread);

        static byte[] Spread(long[] histogram)
        {
            var low = Array.FindIndex(histogram, count => count > 0);
            var high = Array.FindLastIndex(histogram, count => count > 0);
            if (high <= low) return Table(x => x);
            var scale = 255.0 / (high - low);
            var offset = -low * scale;
            return Table(x => Math.Clamp((int)(x * scale + offset), 0, 255));
        }
    }

    /// <summary>Makes each channel's levels equally frequent.</summary>
    public static LevelTables Equalize(ReadOnlySpan<byte> clip)
    {
        return PerChannel(clip, Flatten);

        static byte[] Flatten(long[] histogram)
        {
            var last = histogram.Last(count => count > 0);
            var step = (histogram.Sum() - last) / 255;
            if (step == 0) return Table(x => x);                       // also where there is one level only
            var below = step / 2;
            return Table(x =>
            {
                var level = (int)Math.Min(255, below / step);
                below += histogram[x];
                return level;
            });
        }
    }

    /// <summary>Moves all levels away from the mean grey of the clip, or towards it.</summary>
    public static LevelTables Contrast(ReadOnlySpan<byte> clip, float factor)
    {
        var grey = PixelFilters.SumOfGrey(clip) / (double)(clip.Length / 3);
        return Blend((int)(grey + 0.5), factor);
    }

    /// <summary>Changes <paramref name="clip"/>, <c>[…, 3]</c>.</summary>
    public void Apply(Span<byte> clip)
    {
        ReadOnlySpan<byte> red = _red, green = _green, blue = _blue;
        for (var i = 0; i <= clip.Length - 3; i += 3)
        {
            var pixel = clip.Slice(i, 3);
            pixel[0] = red[pixel[0]];
            pixel[1] = green[pixel[1]];
            pixel[2] = blue[pixel[2]];
        }
    }

    private static LevelTables PerChannel(ReadOnlySpan<byte> clip, Func<long[], byte[]> table)
    {
        // Eight counters a level: neighbors are often equal, and adding to the counter just written would wait for it.
        Span<int> counts = new int[3 * 256 * Lanes];
        for (var i = 0; i <= clip.Length - 3; i += 3)
        {
            var lane = i & (Lanes - 1);
            counts[clip[i] * Lanes + lane]++;
            counts[(256 + clip[i + 1]) * Lanes + lane]++;
            counts[(512 + clip[i + 2]) * Lanes + lane]++;
        }
        var channels = new byte[3][];
        for (var channel = 0; channel < 3; channel++)
        {
            var histogram = new long[256];
            for (var level = 0; level < 256; level++)
                foreach (var count in counts.Slice((channel * 256 + level) * Lanes, Lanes)) histogram[level] += count;
            channels[channel] = table(histogram);
        }
        return new(channels[0], channels[1], channels[2]);
    }

    private const int Lanes = 8;

    private static byte[] Table(Func<int, int> level)
    {
        var table = new byte[256];
        for (var x = 0; x < 256; x++) table[x] = (byte)level(x);
        return table;
    }
}
