// B clips, N tokens, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>One pre-norm block of a transformer: a chain of residual branches.</summary>
internal abstract class Block : nn.Module
{
    private readonly double dropout;

    protected Block(string name, double dropout)
        : base(name)
    {
        this.dropout = dropout;
    }

    /// <summary>The block as one operation on the CPU, with a backward of its own; null where it can only be computed layer by layer.</summary>
    /// <param name="device">Where it runs.</param>
    /// <param name="precision">Of its products.</param>
    public virtual FusedBlock? Fuse(Device device, Precision precision) => null;

    /// <param name="x"><c>[B, N, D]</c></param>
    /// <param name="grid">Cells of the tokens, where attention needs them.</param>
    /// <param name="keep">What is left of each branch of each clip, <c>[branches, B, 1, 1]</c>; null keeps all.</param>
    /// <returns><c>[B, N, D]</c></returns>
    public abstract Tensor forward(Tensor x, GridSize grid, Tensor? keep);

    /// <summary>x plus what is left of branch <paramref name="index"/>.</summary>
    protected Tensor Add(Tensor x, Tensor branch, Tensor? keep, int index)
    {
        branch = Dropout.Apply(branch, dropout, training);
        return x.add(keep is null ? branch : branch.mul(keep[index]));
    }
}
