namespace CoFinetune.Evaluation.Ava;

/// <summary>Precision and recall of one class when everything from a score upwards is taken.</summary>
/// <param name="Score">The score.</param>
/// <param name="Detections">Detections of at least this score.</param>
/// <param name="Hits">Those of them that are right.</param>
/// <param name="Recall">Right detections by ground truth boxes.</param>
/// <param name="Precision">Right detections by detections.</param>
/// <param name="Envelope">The best precision at this recall or a higher one; average precision is the area under it.</param>
public readonly record struct PrecisionRecallPoint(double Score, int Detections, int Hits, double Recall, double Precision, double Envelope)
{
    /// <summary>The points at which recall grows, the best score first; equal scores are one point.</summary>
    internal static IReadOnlyList<PrecisionRecallPoint> CurveOf(ClassRanking ranking)
    {
        var points = new List<PrecisionRecallPoint>();
        var positives = ranking.Positives;
        var hits = 0;
        for (int start = 0, end; start < ranking.Scores.Length && positives > 0; start = end)
        {
            var before = hits;
            for (end = start; end < ranking.Scores.Length && ranking.Scores[end] == ranking.Scores[start]; end++)
                if (ranking.Hits[end]) hits++;
            if (hits > before) points.Add(new PrecisionRecallPoint(ranking.Scores[start], end, hits, (double)hits / positives, (double)hits / end, 0));
        }
        var best = 0.0;
        for (var i = points.Count - 1; i >= 0; i--) points[i] = points[i] with { Envelope = best = Math.Max(best, points[i].Precision) };
        return points;
    }
}
