using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>
/// All parameters of a model in one contiguous buffer and all gradients in another. The modules keep their parameters, whose
/// memory now lies here, so a step, a clip or an all-reduce is a handful of operations instead of one per tensor. Parameters of
/// one owner and decay rule lie side by side as a <see cref="ParameterRange"/>.
/// </summary>
/// <remarks>
/// Build it after <c>module.to(device)</c>, which replaces parameters. From then on never call
/// <c>zero_grad()</c>, which would cut the gradients off the buffer. A head without a clip in a step has zero gradients, not none.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    private const int AlignmentBytes = 64;

    private readonly List<(OwnedParameter Owned, long Start, long[] Shape)> _slots = [];

    /// <summary>Moves the parameters into new buffers, keeping their values; gradients start at 0. Those of scale 0 need no gradient from then on.</summary>
    /// <param name="parameters">Each parameter once, all of one dtype (float32 or float64) on one device.</param>
    /// <exception cref="ArgumentException">A parameter or a name comes twice, is frozen, or is of another dtype or device.</exception>
    public FlatParameters(IEnumerable<OwnedParameter> parameters)
    {
        var all = parameters.ToList();
        CheckAlike(all);
        var first = all[0].Parameter;
        var alignment = AlignmentBytes / first.ElementSize;
        var ranges = new List<ParameterRange>();
        long end = 0;
        foreach (var group in all.GroupBy(p => (p.Owner, p.Decay, p.Scale)))
        {
            var start = end;
            foreach (var owned in group)
            {
                _slots.Add((owned, end, owned.Parameter.shape));
                end += (owned.Parameter.NumberOfElements + alignment - 1) / alignment * alignment;
            }
            var (owner, decay, scale) = group.Key;
            var name = $"{owner}.{(decay ? "decay" : "plain")}{(scale == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"@{scale:G6}"))}";
            ranges.Add(new(name, owner, decay, scale, start, end - start, group.Count(),
                group.Sum(p => p.Parameter.NumberOfElements)));
        }
        Ranges = ranges;
        Values = zeros(end, first.dtype, first.device).DetachFromDisposeScope();
        Gradients = zeros_like(Values).DetachFromDisposeScope();
        Move();
    }

    /// <summary>Every parameter, flat; padding is 0 and stays 0.</summary>
    public Tensor Values { get; }

    /// <summary>Every gradient, laid out as <see cref="Values"/>; backward passes add to it.</summary>
    public Tensor Gradients { get; }

    /// <summary>The ranges in the order of the buffers, without gaps.</summary>
    public IReadOnlyList<ParameterRange> Ranges { get; }

    /// <summary>Sets all gradients to 0, as they are at first and <see cref="Optimizer.Step"/> leaves them: for a step that is given up.</summary>
    public void ZeroGradients() => Gradients.zero_();

    /// <summary>
    /// The parameters by name and in their shapes, sharing memory with <see cref="Values"/>; what a checkpoint saves and fills. New
    /// handles, for a dispose scope.
    /// </summary>
    public IReadOnlyList<(string Name, Tensor Tensor)> Named() => Named(Values);

    /// <summary>A flat buffer laid out as <see cref="Values"/> (gradients, moments, an average) as one tensor per parameter.</summary>
    /// <param name="flat">The buffer; the tensors share its memory and are new handles, for a dispose scope.</param>
    /// <param name="prefix">Put before each parameter's name.</param>
    public IReadOnlyList<(string Name, Tensor Tensor)> Named(Tensor flat, string prefix = "")
    {
        if (flat.NumberOfElements != Values.NumberOfElements) throw new ArgumentException("a buffer of another length", nameof(flat));
        return [.. _slots.Select(slot => (prefix + slot.Owned.Name, View(flat, slot.Start, slot.Shape)))];
    }

    /// <summary>A table of the ranges with their tensor and parameter counts, for people to check a run by.</summary>
    public string Plan()
    {
        var text = new StringBuilder();
        var width = Ranges.Max(r => r.Name.Length);
        foreach (var range in Ranges)
            text.AppendLine($"{range.Name.PadRight(width)}  {range.TensorCount,5} tensors  {range.ParameterCount,13:N0} parameters{(range.Scale > 0 ? "" : ", frozen")}");
        text.Append($"{"total".PadRight(width)}  {_slots.Count,5} tensors  {Ranges.Sum(r => r.ParameterCount),13:N0} parameters");
        return text.ToString();
    }

    /// <summary>Frees the buffers; the model must not be used afterwards.</summary>
    public void Dispose()
    {
        Gradients.Dispose();
        Values.Dispose();
    }

    private static void CheckAlike(List<OwnedParameter> all)
    {
        if (all.Count == 0) throw new ArgumentException("no parameters");
        var first = all[0].Parameter;
        if (first.dtype is not (ScalarType.Float32 or ScalarType.Float64))
            throw new ArgumentException($"'{all[0].Name}' is {first.dtype}: parameters are float32, or float64 in tests");
        var names = new HashSet<string>();
        var handles = new HashSet<nint>();
        foreach (var (name, parameter, _, _) in all)
        {
            if (!names.Add(name)) throw new ArgumentException($"two parameters are named '{name}'");
            if (!handles.Add(parameter.Handle)) throw new ArgumentException($"'{name}' is a parameter that came before under another name");
            if (!parameter.requires_grad) throw new ArgumentException($"'{name}' is frozen; leave frozen parameters out");
            if (Kind(parameter) != Kind(first))
                throw new ArgumentException($"'{name}' is {Kind(parameter)}, '{all[0].Name}' is {Kind(first)}");
        }
    }

    private static string Kind(Tensor tensor) => $"{tensor.dtype} on {tensor.device}";

    private void Move()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (owned, start, shape) in _slots)
        {
            var place = View(Values, start, shape);
            place.copy_(owned.Parameter);
            owned.Parameter.set_(place);
            if (owned.Scale > 0) owned.Parameter.grad = View(Gradients, start, shape);
            else owned.Parameter.requires_grad_(false);
        }
    }

    private static Tensor View(Tensor flat, long start, long[] shape)
    {
        var count = shape.Aggregate(1L, (product, side) => product * side);
        return flat.narrow(0, start, count).view(shape);
    }
}
