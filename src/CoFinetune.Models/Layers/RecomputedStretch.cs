using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Activation checkpointing: keeps nothing, and runs once more, with gradients, during backward.</summary>
/// <param name="run">A function of the input, the same each time.</param>
internal sealed class RecomputedStretch(Func<Tensor, Tensor> run) : IStretch
{
    public Tensor Forward(Tensor input)
    {
        using var noGradient = no_grad();
        return run(input);
    }

    public Tensor? Backward(Tensor input, Tensor gradient)
    {
        var start = input.detach().requires_grad_();
        run(start).backward([gradient]);
        return start.grad;
    }

    public void Dispose()
    {
    }
}
