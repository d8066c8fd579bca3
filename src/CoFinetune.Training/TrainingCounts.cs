using CoFinetune.Data;
using CoFinetune.Data.Datasets;

namespace CoFinetune.Training;

/// <summary>How often each class occurs in a dataset's training split, which makes it frequent or rare.</summary>
public static class TrainingCounts
{
    /// <summary>The training examples of each class, by class index: clips, or annotated boxes. Reads annotations only; the videos need not be
    /// there.</summary>
    /// <param name="config">The run.</param>
    /// <param name="dataset">The dataset of it.</param>
    /// <param name="problem">Why they cannot be counted; null when they were.</param>
    /// <returns>The counts; null when the annotations cannot be read.</returns>
    public static IReadOnlyList<int>? Of(RunConfig config, RunDataset dataset, out string? problem)
    {
        problem = null;
        try
        {
            if (dataset.Validation is AvaDataset ava) return ava.GroundTruth.CountTrainingLabels(ava.Labels);
            var train = dataset.Train ?? dataset.Block.Data.WithMissingVideos().Open(DataSplit.Train, config.DataRoot);
            var counts = new int[dataset.Validation.Labels.Count];
            foreach (var item in train.Items)
            {
                if (item.Target is ClassTarget { Label: var label }) Count(label);
                else if (item.Target is ClassesTarget { Labels: var labels }) foreach (var each in labels) Count(each);
            }
            return counts;

            // Both splits have published ids; their order need not be the same.
            void Count(int label)
            {
                var index = dataset.Validation.Labels.IndexOfId(train.Labels.Classes[label].Id);
                if (index >= 0) counts[index]++;
            }
        }
        catch (DataException missing)
        {
            problem = missing.Message;
            return null;
        }
    }
}
