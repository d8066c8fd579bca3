// D width, t frames of a tubelet, V = h·w·C values of one of its frames
using static TorchSharp.torch;

namespace CoFinetune.Models.Import;

/// <summary>How the kernel of an image model becomes that of tubelets (ViViT, section 3.4).</summary>
public enum TubeletStart
{
    /// <summary>The image's kernel at frame ⌊t/2⌋, zeros elsewhere.</summary>
    CentralFrame,

    /// <summary>The image's kernel over t at every frame.</summary>
    Inflation,

    /// <summary>The image's kernel weighted by approximate rank pooling, as Scenic offers it.</summary>
    RankPooling,

    /// <summary>Fresh random weights.</summary>
    Random,
}

internal static class TubeletStarts
{
    /// <summary>The image's kernel <c>[D, V]</c> spread over <paramref name="frames"/>, <c>[D, t·V]</c>.</summary>
    public static Tensor Spread(this TubeletStart start, Tensor kernel, int frames)
    {
        using var scope = NewDisposeScope();
        var weights = tensor(start.WeightsOf(frames), [1, frames, 1], kernel.dtype);
        return kernel.unsqueeze(1).mul(weights).flatten(1).MoveToOuterDisposeScope(); // [D, t, V] as [D, t*V]
    }

    public static string Words(this TubeletStart start) => start switch
    {
        TubeletStart.CentralFrame => "central frame",
        TubeletStart.RankPooling => "rank pooling of the frames",
        _ => "same for every frame",
    };

    /// <summary>The factor of each frame.</summary>
    private static double[] WeightsOf(this TubeletStart start, int frames) => start switch
    {
        TubeletStart.CentralFrame => [.. Enumerable.Range(0, frames).Select(frame => frame == frames / 2 ? 1.0 : 0.0)],
        TubeletStart.Inflation => [.. Enumerable.Repeat(1.0 / frames, frames)],
        // Bilen et al., 1612.00738: 2(t-i+1) - (t+1)(H_t - H_(i-1)) for frames i = 1..t, here over t.
        TubeletStart.RankPooling => [.. Enumerable.Range(1, frames).Select(i => (2.0 * (frames - i + 1) - (frames + 1) * (Harmonic(frames) - Harmonic(i - 1))) / frames)],
        _ => throw new ArgumentOutOfRangeException(nameof(start), start, "takes nothing from the image"),
    };

    private static double Harmonic(int n) => Enumerable.Range(1, n).Sum(i => 1.0 / i);
}
