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
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly TubeletShape shape;
    private readonly Arithmetic arithmetic;

    public TubeletEmbedding(TubeletShape shape, ParameterFactory parameters)
        : base(nameof(TubeletEmbedding))
    {
        (this.shape, arithmetic) = (shape, parameters.Arithmetic);
        weight = parameters.LecunNormal("weight", shape.Width, shape.Values);
        bias = parameters.Constant("bias", 0, shape.Width);
        RegisterComponents();
    }

    /// <summary>The grid that clips <c>[B, T, H, W, 3]</c> are cut into.</summary>
    /// <exception cref="ArgumentException">They cannot be.</exception>
    public GridSize GridOf(Tensor clips)
    {
        var (frames, height, width) = ((int)clips.size(1), (int)clips.size(2), (int)clips.size(3));
        return shape.Misfit(frames, height, width) is { } reason
            ? throw new ArgumentException(reason, nameof(clips))
            : shape.GridOf(frames, height, width);
    }

    /// <param name="clips"><c>[B, T, H, W, 3]</c>, sides multiples of the tubelet's.</param>
    /// <returns><c>[B, T'·H'·W', D]</c>, tokens in the order time, row, column.</returns>
    public override Tensor forward(Tensor clips)
    {
        using var scope = NewDisposeScope();
        var (t, h, w) = shape.Tubelet;
        var (b, tt, hh, ww) = (clips.size(0), clips.size(1) / t, clips.size(2) / h, clips.size(3) / w);
        var pixels = arithmetic.Cast(clips)
            .reshape(b, tt, t, hh, h, ww, w * TubeletShape.Channels) // [B, T', t, H', h, W', w*3]
            .permute(0, 1, 3, 5, 2, 4, 6)                            // [B, T', H', W', t, h, w*3]
            .reshape(b, tt * hh * ww, shape.Values);                 // [B, T'*H'*W', t*h*w*3]
        return arithmetic.Project(pixels, weight, bias).MoveToOuterDisposeScope(); // [B, T'*H'*W', D]
    }
}
