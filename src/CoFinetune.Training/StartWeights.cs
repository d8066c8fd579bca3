using CoFinetune.Models;
using CoFinetune.Models.Weights;
using CoFinetune.Training.Checkpoints;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Fills a new run's model from <c>init:</c>. A resumed run never comes here: its own checkpoint wins over any start.</summary>
public static class StartWeights
{
    /// <summary>
    /// Copies the trunk, which must fit whole, and each head whose name and shape fit; other heads keep their fresh weights.
    /// </summary>
    /// <returns>What was taken, what starts fresh and what stayed unused, one line each; empty without <c>init:</c>.</returns>
    /// <exception cref="CheckpointException">There is nothing to read, or the trunk does not fit.</exception>
    public static IReadOnlyList<string> Load(LoadedRun run)
    {
        if (run.Config.Init is not { } path) return [];
        try
        {
            var passedOver = new List<string>();
            using var file = SafetensorsFile.Open(File.Exists(path) ? path : ModelOf(path, passedOver));
            return [.. passedOver, .. Copy(file, run.Model.DescribeParameters())];
        }
        catch (WeightsException failure)
        {
            throw new CheckpointException(failure.Path, failure.Reason, "name another init:", failure);
        }
    }

    private static string ModelOf(string path, List<string> passedOver)
    {
        var scan = CheckpointScan.Of(path);
        var found = scan.Newest ?? throw new CheckpointException(
            path, scan.Damaged.Count > 0 ? scan.Damaged[0].Problem : "there is no checkpoint and no weight file", "init: takes a run, a checkpoint or a .safetensors file");
        passedOver.AddRange(scan.Damaged.Select(damaged => $"passed over {damaged.Problem}"));
        return Path.Combine(found.Folder, Checkpoint.ModelFile);
    }

    private static List<string> Copy(WeightFile file, IReadOnlyList<ModelParameter> parameters)
    {
        var fits = parameters.Where(p => file.Contains(p.Name) && file.Entry(p.Name).Shape.SequenceEqual(p.Parameter.shape)).ToList();
        var missing = parameters.Except(fits).ToList();
        if (missing.FirstOrDefault(p => p.Head is null) is { } trunk)
        {
            var stands = file.Contains(trunk.Name) ? $"is {file.Entry(trunk.Name).ShapeText} there" : "is not there";
            throw new CheckpointException(
                file.Path, $"the trunk does not fit: '{trunk.Name}' {stands}, [{string.Join(", ", trunk.Parameter.shape)}] here", "take the clip: and trunk: of the run that made it");
        }
        using var noGradient = no_grad();
        foreach (var parameter in fits) file.ReadInto(parameter.Name, parameter.Parameter);
        var unused = file.Entries.Select(e => e.Name).Except(parameters.Select(p => p.Name)).ToList();
        return
        [
            $"init: {fits.Count} tensors from {file.Path}",
            .. Parts("start fresh", missing.Select(p => p.Name)),
            .. Parts("unused", unused),
        ];
    }

    private static IEnumerable<string> Parts(string what, IEnumerable<string> names) =>
        names.GroupBy(name => string.Join('.', name.Split('.').Take(2))).Select(part => $"init: {what}: {part.Key} ({part.Count()} tensors)");
}
