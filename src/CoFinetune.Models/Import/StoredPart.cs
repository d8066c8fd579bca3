using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using static TorchSharp.torch;

namespace CoFinetune.Models.Import;

/// <summary>A tensor of a file as (a third of) a parameter of ours.</summary>
/// <param name="Entry">The tensor.</param>
/// <param name="Storage">How it is laid out.</param>
/// <param name="Third">0, 1, 2: the rows of queries, keys, values; null: all.</param>
internal sealed record StoredPart(WeightEntry Entry, Storage Storage, int? Third)
{
    /// <summary>Number of values.</summary>
    public long Count => Entry.Shape.Aggregate(1L, (product, side) => product * side);

    /// <summary>Reads it into its rows of <paramref name="parameter"/>; straight into the memory where the layouts agree.</summary>
    /// <exception cref="WeightsException">It cannot be read, or does not hold as many values.</exception>
    public void ReadInto(WeightFile file, Tensor parameter)
    {
        using var scope = NewDisposeScope();
        var rows = parameter.size(0) / 3;
        var place = Third is { } third ? parameter.narrow(0, third * rows, rows) : parameter;
        if (Count != place.numel())
            throw new WeightsException(file.Path, $"'{Entry.Name}' is {Entry.ShapeText}, which does not fill [{string.Join(", ", place.shape)}]");
        if (Storage == Storage.Same && TensorTypes.ToTorch(Entry.Type) == place.dtype) file.ReadInto(Entry.Name, place.view([.. Entry.Shape]));
        else place.view(place.size(0), -1).copy_(Storage.ToOurs(file.Read(Entry.Name), place.size(0)).reshape(place.size(0), -1));
    }
}
