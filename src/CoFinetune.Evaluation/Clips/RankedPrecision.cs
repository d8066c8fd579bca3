namespace CoFinetune.Evaluation.Clips;

/// <summary>
/// Average precision of one class over clips. Clips of equal score stand at one threshold, so their order does not matter (scikit-learn's
/// <c>average_precision_score</c>).
/// </summary>
internal sealed class RankedPrecision
{
    private readonly int[] _units;
    private readonly bool[] _positives;
    private readonly bool[] _lastOfScore;

    /// <summary>Ranks the clips.</summary>
    /// <param name="scores">The class's score of each clip.</param>
    /// <param name="positives">Whether each clip is of the class.</param>
    /// <param name="units">The number under which each clip's video is drawn.</param>
    public RankedPrecision(double[] scores, bool[] positives, IReadOnlyList<int> units)
    {
        var order = Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ToArray();
        _units = [.. order.Select(i => units[i])];
        _positives = [.. order.Select(i => positives[i])];
        _lastOfScore = [.. order.Select((i, rank) => rank + 1 == order.Length || scores[order[rank + 1]] != scores[i])];
    }

    /// <summary>The sum over the thresholds of (recall here - recall before) x precision, without interpolation; NaN without a positive.</summary>
    /// <param name="times">How often each unit counts.</param>
    public double Of(ReadOnlySpan<int> times)
    {
        double found = 0, seen = 0, before = 0, sum = 0;
        for (var rank = 0; rank < _units.Length; rank++)
        {
            var copies = times[_units[rank]];
            seen += copies;
            if (_positives[rank]) found += copies;
            if (!_lastOfScore[rank] || found == before) continue;
            sum += (found - before) * found / seen;
            before = found;
        }
        return sum / found;
    }

    /// <summary>The same with precision made monotone from the right, as Pascal VOC 2010 and the AVA evaluator do; never lower. NaN without a positive.</summary>
    public double Interpolated()
    {
        var points = new List<(double Gain, double Precision)>();
        double found = 0, before = 0;
        for (var rank = 0; rank < _positives.Length; rank++)
        {
            if (_positives[rank]) found++;
            if (!_lastOfScore[rank]) continue;
            points.Add((found - before, found / (rank + 1)));
            before = found;
        }
        double best = 0, sum = 0;
        for (var i = points.Count - 1; i >= 0; i--)
        {
            best = Math.Max(best, points[i].Precision);
            sum += points[i].Gain * best;
        }
        return sum / found;
    }
}
