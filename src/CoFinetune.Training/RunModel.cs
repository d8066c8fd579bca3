using CoFinetune.Data;
using CoFinetune.Models;

namespace CoFinetune.Training;

/// <summary>The model of a run, without the run's data.</summary>
public static class RunModel
{
    /// <summary>
    /// Size and cost of each part for the run's clips; nothing is computed. A head whose number of classes is neither stated
    /// (<c>class_count</c>) nor to be read from the dataset's files is left out.
    /// </summary>
    /// <param name="config">The run.</param>
    /// <param name="unknown">Datasets whose heads are left out, with the reason.</param>
    public static IReadOnlyList<ModelPart> Describe(RunConfig config, out IReadOnlyList<(string Dataset, string Reason)> unknown)
    {
        var heads = new List<DatasetHead>();
        var missing = new List<(string, string)>();
        foreach (var (name, block) in config.Datasets)
        {
            try
            {
                heads.Add(new DatasetHead(name, block.Head, block.ClassCount ?? block.Data.Open(DataSplit.Validation, config.DataRoot).Labels.Count));
            }
            catch (DataException reason)
            {
                missing.Add((name, reason.Message));
            }
        }
        unknown = missing;
        var clip = config.Clip;
        using var model = new CoFinetuneModel(config.Trunk, clip.Frames, clip.Size, clip.Size, heads, (ulong)config.Seed, filled: false);
        return model.DescribeParts(clip.Frames, clip.Size, clip.Size);
    }
}
