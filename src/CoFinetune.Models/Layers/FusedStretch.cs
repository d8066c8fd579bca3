// B clips, N tokens, D width
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Blocks that run as one each, one after the other.</summary>
/// <param name="blocks">The blocks, with what is left of their branches.</param>
/// <param name="precision">Of their products.</param>
/// <param name="recomputes">Keeps nothing for backward, and runs once more then.</param>
internal sealed class FusedStretch(IReadOnlyList<(FusedBlock Block, Tensor? Keep)> blocks, Precision precision, bool recomputes) : IStretch
{
    private readonly Stack<BlockActivations> kept = [];

    public Tensor Forward(Tensor input) => Run(input, keeps: !recomputes);

    public Tensor? Backward(Tensor input, Tensor gradient)
    {
        if (recomputes) Run(input, keeps: true).Dispose();
        foreach (var (block, _) in blocks.Reverse())
        {
            using var activations = kept.Pop();
            gradient = block.Backward(activations, gradient, precision);
        }
        return gradient;
    }

    public void Dispose()
    {
        while (kept.TryPop(out var activations)) activations.Dispose();
    }

    /// <summary><c>[B, N, D]</c> to <c>[B, N, D]</c></summary>
    private Tensor Run(Tensor input, bool keeps)
    {
        var x = input;
        foreach (var (block, keep) in blocks)
        {
            var (output, activations) = block.Forward(x, keep, precision, keeps);
            if (activations is not null) kept.Push(activations);
            if (!ReferenceEquals(x, input)) x.Dispose();
            x = output;
        }
        return x;
    }
}
