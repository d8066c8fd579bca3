using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// A forward pass cut into stretches, each with a backward of its own: those that are computed once more instead of keeping their activations, and blocks that
/// run as one. Used where a trunk is trained; one backward pass at a time.
/// </summary>
/// <remarks>
/// A stretch runs without gradients, and what it yields is a leaf for what comes after it. <see cref="Backward"/> then goes through the
/// stretches from the last to the first. No callback from libtorch, in which an exception would end the process.
/// </remarks>
internal sealed class Stretches
{
    private readonly Stack<Run> _runs = [];
    private readonly List<Tensor> _held = [];

    /// <summary>Blocks of a stretch that is recomputed; 0 keeps all activations.</summary>
    public int RecomputeEvery { get; set; }

    /// <summary>Whether a pass is cut that recomputes.</summary>
    public bool Recomputes => RecomputeEvery > 0 && is_grad_enabled();

    /// <summary>Whether the pass has been cut so far.</summary>
    public bool Any => _runs.Count > 0;

    /// <summary>Runs a stretch.</summary>
    /// <param name="input">What it begins with; this object's from now on.</param>
    /// <param name="stretch">The stretch; this object's too.</param>
    /// <returns>What it yields; this object's as well, until <see cref="Backward"/>.</returns>
    public Tensor Add(Tensor input, IStretch stretch)
    {
        using var scope = NewDisposeScope();
        var output = stretch.Forward(input).detach().requires_grad_().DetachFromDisposeScope();
        _runs.Push(new(input.DetachFromDisposeScope(), output, stretch));
        return output;
    }

    /// <summary>Keeps what a stretch uses besides its input until <see cref="Backward"/>.</summary>
    public void Hold(Tensor tensor) => _held.Add(tensor.DetachFromDisposeScope());

    /// <summary>Takes the gradients that have arrived at the stretches' outputs down to parameters; after the backward pass of the loss.</summary>
    public void Backward()
    {
        while (_runs.TryPop(out var run))
        {
            using var scope = NewDisposeScope();
            using var stretch = run.Stretch;
            var earlier = _runs.FirstOrDefault(other => ReferenceEquals(other.Output, run.Input));
            if (run.Output.grad is { } gradient && stretch.Backward(run.Input, gradient) is { } arriving)
            {
                // What is a leaf for this stretch alone needs no copy of it.
                if (earlier is not null && run.Input.grad is null) run.Input.grad = arriving;
                else if (run.Input.requires_grad) run.Input.backward([arriving]);
            }
            run.Output.Dispose();
            if (earlier is null) run.Input.Dispose();
        }
        Clear();
    }

    /// <summary>Forgets a pass whose backward never came.</summary>
    public void Clear()
    {
        foreach (var run in _runs)
        {
            run.Output.Dispose();
            run.Input.Dispose();
            run.Stretch.Dispose();
        }
        _runs.Clear();
        foreach (var tensor in _held) tensor.Dispose();
        _held.Clear();
    }

    private sealed record Run(Tensor Input, Tensor Output, IStretch Stretch);
}
