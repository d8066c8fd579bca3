using static TorchSharp.torch;

namespace CoFinetune.Training.Optim;

/// <summary>
/// The parts of which a step's gradient of the trunk is the sum, one per dataset, taken apart in the flat buffer: backward passes of one part,
/// <see cref="Close"/>, those of the next, and <see cref="Join"/> for the sum. All on the device; for a dispose scope.
/// </summary>
/// <param name="parameters">Gradients at 0.</param>
internal sealed class GradientParts(FlatParameters parameters)
{
    /// <summary>Products are summed over so many numbers in float32, and over these sums in float64.</summary>
    private const long Chunk = 1 << 20;

    private readonly List<Tensor> _trunk =
    [
        .. parameters.Ranges.Where(range => range.Owner == OwnedParameter.Trunk && range.Scale > 0)
            .Select(range => range.Of(parameters.Gradients)),
    ];
    private readonly List<IReadOnlyList<Tensor>> _parts = [];

    /// <summary>What the trunk's gradient holds is one part; the next starts from 0.</summary>
    public void Close()
    {
        using var noGradient = no_grad();
        _parts.Add([.. _trunk.Select(gradient => gradient.clone())]);
        foreach (var gradient in _trunk) gradient.zero_();
    }

    /// <summary>Puts the sum of all parts in the trunk's gradient; the parts are gone afterwards. Waits for the device once.</summary>
    /// <returns>Inner products of the parts, row by row; the table is symmetric.</returns>
    public double[,] Join()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var count = _parts.Count;
        var pairs = (from first in Enumerable.Range(0, count) from second in Enumerable.Range(first, count - first) select (first, second)).ToList();
        var values = stack(pairs.Select(pair => Product(_parts[pair.first], _parts[pair.second]))).to(CPU).data<double>();
        var products = new double[count, count];
        foreach (var (pair, value) in pairs.Zip(values)) products[pair.first, pair.second] = products[pair.second, pair.first] = value;
        foreach (var part in _parts)
        {
            foreach (var (gradient, piece) in _trunk.Zip(part))
            {
                gradient.add_(piece);
                piece.Dispose();
            }
        }
        _parts.Clear();
        return products;
    }

    private Tensor Product(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second) => first.Count == 0
        ? zeros([], ScalarType.Float64, parameters.Gradients.device)                   // the trunk is frozen
        : stack(first.Zip(second).SelectMany(pair => pair.First.split(Chunk).Zip(pair.Second.split(Chunk), (a, b) => a.dot(b)))).sum(type: ScalarType.Float64);
}
