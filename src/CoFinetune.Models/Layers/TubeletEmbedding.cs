// B clips, T frames, T' H' W' cells of the token grid, t h w sides of a tubelet, D width
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// Cuts clips into tubelets of t×h×w pixels and projects each to a token: a 3-d convolution with stride = kernel, written as a
/// product because that is faster on a CPU. Columns of the weight stand in the order t, h, w, channel, as in flax's kernels.
/// </summary>
internal sealed class TubeletEmbedding : nn.Module<Tensor, Tensor>
{
    private const int Channels = 3;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly GridSize tubelet;

    public TubeletEmbedding(GridSize tubelet, int width, ParameterFactory parameters)
        : base(nameof(TubeletEmbedding))
    {
        this.tubelet = tubelet;
        weight = parameters.LecunNormal("weight", width, tubelet.Count * Channels);
        bias = parameters.Constant("bias", 0, width);
        RegisterComponents();
    }

    /// <summary>Multiply-adds of one token.</summary>
    public static long MultiplyAdds(GridSize tubelet, int width) => (long)tubelet.Count * Channels * width;

    /// <param name="clips"><c>[B, T, H, W, 3]</c>, sides multiples of the tubelet's.</param>
    /// <returns><c>[B, T'·H'·W', D]</c>, tokens in the order time, row, column.</returns>
    public override Tensor forward(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var (t, h, w) = tubelet;
        var (b, tt, hh, ww) = (clips.size(0), clips.size(1) / t, clips.size(2) / h, clips.size(3) / w);
        var pixels = clips
            .reshape(b, tt, t, hh, h, ww, w * Channels)          // [B, T', t, H', h, W', w*3]
            .permute(0, 1, 3, 5, 2, 4, 6)                        // [B, T', H', W', t, h, w*3]
            .reshape(b, tt * hh * ww, tubelet.Count * Channels); // [B, T'*H'*W', t*h*w*3]
        return nn.functional.linear(pixels, weight, bias).MoveToOuterDisposeScope(); // [B, T'*H'*W', D]
    }
}
