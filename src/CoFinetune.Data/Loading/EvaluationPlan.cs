using CoFinetune.Data.Transforms;

namespace CoFinetune.Data.Loading;

/// <summary>The batches that evaluate a dataset: every entry in order, all its test views together.</summary>
public static class EvaluationPlan
{
    /// <summary>Batches of at most <paramref name="batch"/> clips; one ends early where the next clip has another shape.</summary>
    /// <param name="loader">Knows the shape of each clip; whole frames of a detection set need a look at each video.</param>
    /// <param name="dataset">Index of the dataset in <paramref name="loader"/>.</param>
    /// <param name="batch">Most clips of a batch; the views of an entry may lie in two.</param>
    /// <param name="clips">Clips spread over each video.</param>
    /// <param name="crops">Squares along the long side of each clip.</param>
    /// <param name="stop">Gives the looking at videos up.</param>
    /// <exception cref="DataException">While going through them: a video is missing or is no video.</exception>
    public static IEnumerable<BatchPlan> Of(ClipLoader loader, int dataset, int batch, int clips = 1, int crops = 1, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var requests = new List<SampleRequest>();
        var shape = default(ClipShape);
        var all =
            from item in Enumerable.Range(0, loader.Sources[dataset].Dataset.Items.Count)
            from view in TestView.All(clips, crops)
            select new SampleRequest(dataset, item, null, view);
        foreach (var request in all)
        {
            var next = loader.ShapeOf(request, stop);
            if (requests.Count > 0 && next != shape)
            {
                yield return Batch();
                requests = [];
            }
            shape = next;
            requests.Add(request);
            if (requests.Count < batch) continue;
            yield return Batch();
            requests = [];
        }
        if (requests.Count > 0) yield return Batch();

        BatchPlan Batch() => new([new(dataset, 0, requests.Count)], requests);
    }
}
