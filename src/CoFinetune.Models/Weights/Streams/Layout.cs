namespace CoFinetune.Models.Weights.Streams;

/// <summary>How a tensor lies in memory.</summary>
internal static class Layout
{
    /// <summary>Strides of a tensor whose first side runs fastest.</summary>
    public static long[] FortranStrides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        long stride = 1;
        for (var side = 0; side < shape.Count; side++)
        {
            strides[side] = stride;
            stride *= shape[side];
        }
        return strides;
    }

    /// <summary>True when the elements lie one after the other with the last side running fastest; sides of one element do not matter.</summary>
    public static bool IsContiguous(IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        if (shape.Contains(0)) return true;
        long stride = 1;
        for (var side = shape.Count - 1; side >= 0; side--)
        {
            if (shape[side] != 1 && strides[side] != stride) return false;
            stride *= shape[side];
        }
        return true;
    }

    /// <summary>Elements from the first to the last that a view touches; null when that is beyond 64 bits, or a number is negative.</summary>
    public static long? Span(IReadOnlyList<long> shape, IReadOnlyList<long> strides)
    {
        Int128 span = 1;
        for (var side = 0; side < shape.Count; side++)
        {
            if (shape[side] < 0 || strides[side] < 0) return null;
            span += (Int128)Math.Max(shape[side] - 1, 0) * strides[side];
            if (span > long.MaxValue) return null;
        }
        return shape.Contains(0) ? 0 : (long)span;
    }
}
