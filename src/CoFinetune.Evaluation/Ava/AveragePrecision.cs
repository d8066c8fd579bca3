namespace CoFinetune.Evaluation.Ava;

/// <summary>All-point average precision (PASCAL VOC 2010 and later): the area under precision made monotone from the right.</summary>
internal static class AveragePrecision
{
    /// <summary>The average precision of one ranking.</summary>
    /// <param name="hits">Whether each detection is right, best score first.</param>
    /// <param name="positives">Number of ground truth boxes; at least 1.</param>
    public static double Of(ReadOnlySpan<bool> hits, int positives)
    {
        var found = 0;
        foreach (var hit in hits)
            if (hit) found++;
        double best = 0, sum = 0;
        for (var rank = hits.Length; rank > 0; rank--)
        {
            if (!hits[rank - 1]) continue;
            best = Math.Max(best, (double)found-- / rank);
            sum += best;
        }
        return sum / positives;
    }

    /// <summary>The average precision as ranked, and the lowest and highest that any order of equal scores gives.</summary>
    /// <param name="scores">Descending.</param>
    /// <param name="hits">Whether each detection is right; left in the order of the highest.</param>
    /// <param name="positives">Number of ground truth boxes; at least 1.</param>
    public static (double Value, double Low, double High) WithTies(ReadOnlySpan<double> scores, Span<bool> hits, int positives)
    {
        var value = Of(hits, positives);
        if (!ArrangeTies(scores, hits, hitsFirst: false)) return (value, value, value);
        var low = Of(hits, positives);
        ArrangeTies(scores, hits, hitsFirst: true);
        return (value, low, Of(hits, positives));
    }

    /// <summary>Moves the hits among equal scores to one end; true when some of them stand beside a miss, so that order matters.</summary>
    private static bool ArrangeTies(ReadOnlySpan<double> scores, Span<bool> hits, bool hitsFirst)
    {
        var matters = false;
        for (int start = 0, end; start < hits.Length; start = end)
        {
            end = start + 1;
            while (end < hits.Length && scores[end] == scores[start]) end++;
            if (end - start == 1) continue;
            var tied = hits[start..end];
            var found = tied.Count(true);
            if (found == 0 || found == tied.Length) continue;
            matters = true;
            tied.Clear();
            (hitsFirst ? tied[..found] : tied[^found..]).Fill(true);
        }
        return matters;
    }
}
