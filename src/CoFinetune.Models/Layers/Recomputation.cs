using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// Activation checkpointing: stretches of a forward pass keep only what they begin with, and run once more during backward. Used where a
/// trunk is trained; one backward pass at a time.
/// </summary>
/// <remarks>
/// A stretch runs without gradients, and what it yields is a leaf for what comes after it. <see cref="Backward"/> then goes through the
/// stretches from the last to the first, each a backward pass of its own. No callback from libtorch, in which an exception would end the process.
/// </remarks>
internal sealed class Recomputation
{
    private readonly Stack<Stretch> _stretches = [];
    private readonly List<Tensor> _held = [];

    /// <summary>Blocks of a stretch; 0 keeps all activations.</summary>
    public int Every { get; set; }

    /// <summary>Whether passes are recomputed now: not without gradients.</summary>
    public bool IsOn => Every > 0 && is_grad_enabled();

    /// <summary>Runs a stretch.</summary>
    /// <param name="input">What it begins with; this object's from now on.</param>
    /// <param name="run">The stretch: a function of its input, the same each time. Must leave its input undisposed.</param>
    /// <returns>What it yields; this object's too, until <see cref="Backward"/>.</returns>
    public Tensor Run(Tensor input, Func<Tensor, Tensor> run)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var output = run(input).detach().requires_grad_().DetachFromDisposeScope();
        _stretches.Push(new(input.DetachFromDisposeScope(), output, run));
        return output;
    }

    /// <summary>Keeps what a stretch uses besides its input until <see cref="Backward"/>.</summary>
    public void Hold(Tensor tensor) => _held.Add(tensor.DetachFromDisposeScope());

    /// <summary>Takes the gradients that have arrived at the stretches' outputs down to parameters; after the backward pass of the loss.</summary>
    public void Backward()
    {
        while (_stretches.TryPop(out var stretch))
        {
            using var scope = NewDisposeScope();
            var gradient = stretch.Output.grad;
            if (gradient is not null)
            {
                var input = stretch.Input.detach().requires_grad_();
                stretch.Run(input).backward([gradient]);
                if (stretch.Input.requires_grad) stretch.Input.backward([input.grad!]);
            }
            stretch.Output.Dispose();
            if (!_stretches.Any(earlier => ReferenceEquals(earlier.Output, stretch.Input))) stretch.Input.Dispose();
        }
        Clear();
    }

    /// <summary>Forgets a pass whose backward never came.</summary>
    public void Clear()
    {
        foreach (var stretch in _stretches)
        {
            stretch.Output.Dispose();
            stretch.Input.Dispose();
        }
        _stretches.Clear();
        foreach (var tensor in _held) tensor.Dispose();
        _held.Clear();
    }

    private sealed record Stretch(Tensor Input, Tensor Output, Func<Tensor, Tensor> Run);
}
