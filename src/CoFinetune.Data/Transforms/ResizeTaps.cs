namespace CoFinetune.Data.Transforms;

/// <summary>Along one axis: which source pixels make each output pixel, and with what weight.</summary>
/// <remarks>
/// Bilinear with half-pixel centers; when shrinking, the triangle is widened by the same factor so that nothing is skipped
/// (torch's and PIL's antialiased bilinear). Weights of a pixel add up to 1.
/// </remarks>
internal sealed class ResizeTaps
{
    private readonly int[] _first;
    private readonly float[] _weights;                         // [output, Count], zeros at the end

    /// <summary>Taps for outputs <paramref name="start"/> … <paramref name="start"/> + <paramref name="count"/> - 1 of resizing <paramref name="from"/> pixels to <paramref name="to"/>.</summary>
    public ResizeTaps(int from, int to, int start, int count)
    {
        var scale = (double)from / to;
        var reach = Math.Max(scale, 1);
        Count = Math.Min(from, 2 * (int)Math.Ceiling(reach) + 1);
        _first = new int[count];
        _weights = new float[count * Count];
        Span<double> weights = stackalloc double[Count];
        for (var output = 0; output < count; output++)
        {
            var center = (start + output + 0.5) * scale;
            var low = Math.Min(Math.Max((int)(center - reach + 0.5), 0), from - Count);
            var sum = 0.0;
            for (var tap = 0; tap < Count; tap++) sum += weights[tap] = Math.Max(0, 1 - Math.Abs((low + tap + 0.5 - center) / reach));
            for (var tap = 0; tap < Count; tap++) _weights[output * Count + tap] = (float)(weights[tap] / sum);
            _first[output] = low;
        }
    }

    /// <summary>Source pixels of each output pixel.</summary>
    public int Count { get; }

    /// <summary>First source pixel of any output.</summary>
    public int Low => _first[0];

    /// <summary>One past the last source pixel of any output.</summary>
    public int High => _first[^1] + Count;

    /// <summary>First source pixel of an output.</summary>
    public int First(int output) => _first[output];

    /// <summary>Weights of an output's source pixels, <c>[Count]</c>.</summary>
    public ReadOnlySpan<float> Weights(int output) => _weights.AsSpan(output * Count, Count);
}
