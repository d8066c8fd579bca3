using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using static TorchSharp.torch;

namespace CoFinetune.Training.Models;

/// <summary>The mean of several sets of weights of one model (2203.05482: the mean of a run's last checkpoints is often better than each).</summary>
public static class WeightAverage
{
    /// <summary>
    /// The mean of each tensor, summed in double precision, in the type of the first file; tensors of integers must be alike everywhere.
    /// New tensors; whoever asked disposes them.
    /// </summary>
    /// <param name="files">Files with the same names and shapes; at least one.</param>
    /// <exception cref="WeightsException">The files are of different models.</exception>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Of(IReadOnlyList<WeightFile> files)
    {
        foreach (var file in files.Skip(1)) RequireAlike(files[0], file);
        using var scope = NewDisposeScope();
        return [.. files[0].Entries.Select(entry => (entry.Name, Mean(files, entry.Name).MoveToOuterDisposeScope()))];
    }

    private static Tensor Mean(IReadOnlyList<WeightFile> files, string name)
    {
        using var scope = NewDisposeScope();
        var first = files[0].Read(name);
        if (!first.is_floating_point())
        {
            foreach (var file in files.Skip(1))
                if (!file.Read(name).eq(first).all().item<bool>()) throw new WeightsException(file.Path, $"has another '{name}' than {files[0].Path}, and whole numbers have no mean");
            return first.MoveToOuterDisposeScope();
        }
        var sum = first.to_type(float64, copy: true);
        foreach (var file in files.Skip(1))
        {
            using var next = file.Read(name);
            sum.add_(next);
        }
        return sum.div_(files.Count).to_type(first.dtype).MoveToOuterDisposeScope();
    }

    private static void RequireAlike(WeightFile first, WeightFile other)
    {
        var extra = other.Entries.FirstOrDefault(entry => !first.Contains(entry.Name)) ?? first.Entries.FirstOrDefault(entry => !other.Contains(entry.Name));
        if (extra is not null) throw new WeightsException(other.Path, $"is of another model than {first.Path}: '{extra.Name}' is in one of them only");
        foreach (var entry in first.Entries)
        {
            if (!other.Entry(entry.Name).Shape.SequenceEqual(entry.Shape))
                throw new WeightsException(other.Path, $"is of another model than {first.Path}: '{entry.Name}' is {other.Entry(entry.Name).ShapeText}, there {entry.ShapeText}");
        }
    }
}
