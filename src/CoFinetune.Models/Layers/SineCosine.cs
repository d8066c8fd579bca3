// N places, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>The fixed position embeddings of VideoMAE.</summary>
internal static class SineCosine
{
    /// <summary>
    /// <c>[1, N, D]</c>: place p counted over time, row and column, angle p / 10000^(2·⌊j/2⌋/D), sines in even columns j, cosines in odd ones.
    /// </summary>
    public static Tensor Table(int count, int width)
    {
        var values = new float[count * width];
        for (var column = 0; column < width; column++)
        {
            var step = Math.Pow(10000, -2.0 * (column / 2) / width);
            for (var place = 0; place < count; place++)
                values[place * width + column] = (float)(column % 2 == 0 ? Math.Sin(place * step) : Math.Cos(place * step));
        }
        return tensor(values, [1, count, width]);
    }
}
