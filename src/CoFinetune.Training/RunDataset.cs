using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Preparing;

namespace CoFinetune.Training;

/// <summary>A dataset of a run, opened.</summary>
/// <param name="Index">Its position in the run; heads and batches name it by this.</param>
/// <param name="Name">Its key in the run file.</param>
/// <param name="Block">Its block of the run file.</param>
/// <param name="Train">What is learned from; null when the run only evaluates.</param>
/// <param name="Validation">What is scored on.</param>
public sealed record RunDataset(int Index, string Name, DatasetBlock Block, IClipDataset? Train, IClipDataset Validation)
{
    /// <summary>Its classes.</summary>
    public LabelMap Labels => (Train ?? Validation).Labels;

    /// <summary>Opens the datasets of a run in the order of its file.</summary>
    /// <param name="config">The run.</param>
    /// <param name="training">False leaves the training splits closed.</param>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    public static IReadOnlyList<RunDataset> Open(RunConfig config, bool training) => InRoot<IReadOnlyList<RunDataset>>(config, () =>
    [
        .. config.Datasets.Select((pair, index) => new RunDataset(
            index, pair.Key, pair.Value,
            training ? Open(pair.Value.Data, DataSplit.Train, config.DataRoot) : null,
            Open(pair.Value.Data, DataSplit.Validation, config.DataRoot)).RequireClassCount()),
    ]);

    /// <summary>The datasets of a run with their classes and without entries, for videos from elsewhere.</summary>
    /// <param name="config">The run.</param>
    /// <exception cref="DataException">A file that lists classes is missing or broken.</exception>
    internal static IReadOnlyList<RunDataset> OpenClasses(RunConfig config) => InRoot<IReadOnlyList<RunDataset>>(config, () =>
    [
        .. config.Datasets.Select((pair, index) => new RunDataset(
            index, pair.Key, pair.Value, null, new VideoClips(pair.Value.Data.Task, pair.Value.Data.ReadLabels(config.DataRoot), [])).RequireClassCount()),
    ]);

    /// <summary>Entries of the training split of a dataset.</summary>
    /// <param name="config">The run.</param>
    /// <param name="name">The dataset's key in the run file.</param>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    internal static int CountTraining(RunConfig config, string name) =>
        InRoot(config, () => Open(config.Datasets[name].Data, DataSplit.Train, config.DataRoot).Items.Count);

    private static T InRoot<T>(RunConfig config, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (DataException missing) when (missing.Hint is null && !Directory.Exists(config.DataRoot))
        {
            // A checkpoint is scored in another folder or on another machine than it was trained.
            throw new DataException(missing.File, missing.Line, missing.Problem, $"data_root is '{config.DataRoot}', which is no folder here; data_root=DIR names another", missing);
        }
    }

    /// <summary>Opens one split as the run reads it: its prepared copies, where it has them.</summary>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    public static IClipDataset Open(DatasetConfig data, DataSplit split, string root)
    {
        var dataset = data.Open(split, root);
        return data.Prepared is { } folder ? PreparedFolder.Open(Path.Combine(root, folder)).Apply(dataset) : dataset;
    }

    private RunDataset RequireClassCount() => Block.ClassCount is not { } stated || stated == Labels.Count
        ? this
        : throw new DataException($"dataset {Name}", 0, $"has {Labels.Count} classes, its class_count says {stated}", "take class_count out, or name other files");
}
