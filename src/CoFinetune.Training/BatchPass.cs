using CoFinetune.Data.Loading;

namespace CoFinetune.Training;

/// <summary>The clips of one forward and backward pass: the whole of a step's batch, or a piece of it.</summary>
/// <param name="Start">First clip, counted in the batch.</param>
/// <param name="Count">Clips.</param>
/// <param name="Parts">The datasets' clips among them, in order.</param>
internal sealed record BatchPass(int Start, int Count, IReadOnlyList<SlicePart> Parts)
{
    /// <summary>Cuts a batch into passes.</summary>
    /// <param name="slices">The datasets' clips in the batch: in order, without gaps.</param>
    /// <param name="most">Most clips of a pass; null for no bound.</param>
    /// <param name="separate">True when no pass may hold clips of two datasets.</param>
    public static IReadOnlyList<BatchPass> Split(IReadOnlyList<DatasetSlice> slices, int? most, bool separate)
    {
        var passes = new List<BatchPass>();
        var parts = new List<SlicePart>();
        var taken = 0;
        for (var slice = 0; slice < slices.Count; slice++)
        {
            for (int start = slices[slice].Start, end = start + slices[slice].Count; start < end;)
            {
                var count = Math.Min(end - start, (most ?? int.MaxValue) - taken);
                parts.Add(new(slice, start, count));
                (start, taken) = (start + count, taken + count);
                if (taken == most) Close();
            }
            if (separate) Close();
        }
        Close();
        return passes;

        void Close()
        {
            if (taken > 0) passes.Add(new(parts[0].Start, taken, [.. parts]));
            parts.Clear();
            taken = 0;
        }
    }
}
