namespace CoFinetune.Data.Loading;

/// <summary>The batches that evaluate a dataset: every entry once, in order, in its test view.</summary>
public static class EvaluationPlan
{
    /// <summary>Batches of at most <paramref name="batch"/> clips; one ends early where the next clip has another shape.</summary>
    /// <param name="loader">Knows the shape of each clip; whole frames of a detection set need a look at each video.</param>
    /// <param name="dataset">Index of the dataset in <paramref name="loader"/>.</param>
    /// <param name="batch">Most clips of a batch.</param>
    /// <exception cref="DataException">While going through them: a video is missing or is no video.</exception>
    public static IEnumerable<BatchPlan> Of(ClipLoader loader, int dataset, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var requests = new List<SampleRequest>();
        var shape = default(ClipShape);
        for (var item = 0; item < loader.Sources[dataset].Dataset.Items.Count; item++)
        {
            var request = new SampleRequest(dataset, item, null);
            var next = loader.ShapeOf(request);
            if (requests.Count > 0 && (requests.Count == batch || next != shape))
            {
                yield return Batch();
                requests = [];
            }
            shape = next;
            requests.Add(request);
        }
        if (requests.Count > 0) yield return Batch();

        BatchPlan Batch() => new([new(dataset, 0, requests.Count)], requests);
    }
}
