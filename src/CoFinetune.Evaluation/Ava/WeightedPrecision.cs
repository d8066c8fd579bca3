namespace CoFinetune.Evaluation.Ava;

/// <summary>The average precision of one class when every video counts as often as it was drawn, without matching anew.</summary>
/// <remarks>
/// The figure is that of files in which each row stands as often as its video was drawn, each time with another video name: the copies of
/// a keyframe follow one another, so that equal scores of one keyframe stay together. One walk from the last rank to the first, as in
/// <see cref="AveragePrecision.Of"/>: at a detection that counts w times the precision is largest at its last copy, so all copies of a hit
/// add w times the same.
/// </remarks>
internal sealed class WeightedPrecision
{
    private const int Miss = 0;
    private const int Hit = 1;
    private const int Mixed = 2;                               // the last of several equal scores of one keyframe, hits and misses
    private readonly int[] _places;                            // unit << 2 | kind
    private readonly bool[] _hits;
    private readonly Dictionary<int, int> _startOfMixed = [];
    private readonly int[] _detectionsOfUnit;
    private readonly int[] _hitsOfUnit;
    private readonly int[] _positivesOfUnit;

    /// <summary>Prepares a class.</summary>
    /// <param name="ranking">The class.</param>
    /// <param name="unitOfVideo">The number under which each video of the ranking is drawn.</param>
    /// <param name="units">How many units there are to draw.</param>
    public WeightedPrecision(ClassRanking ranking, int[] unitOfVideo, int units)
    {
        (_detectionsOfUnit, _hitsOfUnit, _positivesOfUnit) = (new int[units], new int[units], new int[units]);
        for (var video = 0; video < unitOfVideo.Length; video++) _positivesOfUnit[unitOfVideo[video]] += ranking.PositivesOfVideo[video];
        _hits = ranking.Hits;
        _places = new int[_hits.Length];
        for (int start = 0, end; start < _places.Length; start = end)
        {
            end = start + 1;
            while (end < _places.Length && ranking.Scores[end] == ranking.Scores[start] && ranking.Keyframes[end] == ranking.Keyframes[start]) end++;
            var unit = unitOfVideo[ranking.Videos[start]];
            var found = _hits.AsSpan(start, end - start).Count(true);
            for (var i = start; i < end; i++) _places[i] = (unit << 2) | (_hits[i] ? Hit : Miss);
            if (found > 0 && found < end - start)
            {
                _places[end - 1] = (unit << 2) | Mixed;
                _startOfMixed.Add(end - 1, start);
            }
            _detectionsOfUnit[unit] += end - start;
            _hitsOfUnit[unit] += found;
        }
    }

    /// <summary>The average precision; NaN when no drawn video has ground truth of the class.</summary>
    /// <param name="times">How often each unit was drawn.</param>
    public double Of(int[] times)
    {
        int rank = 0, found = 0, positives = 0;
        for (var unit = 0; unit < times.Length; unit++)
        {
            rank += times[unit] * _detectionsOfUnit[unit];
            found += times[unit] * _hitsOfUnit[unit];
            positives += times[unit] * _positivesOfUnit[unit];
        }
        if (positives == 0) return double.NaN;
        double best = 0, sum = 0;
        for (var i = _places.Length - 1; i >= 0 && found > 0; i--)
        {
            var copies = times[_places[i] >> 2];
            switch (_places[i] & 3)
            {
                case Miss:
                    rank -= copies;
                    break;
                case Hit when copies > 0:
                    best = Math.Max(best, (double)found / rank);
                    sum += copies * best;
                    rank -= copies;
                    found -= copies;
                    break;
                case Mixed:
                    var start = _startOfMixed[i];
                    for (; copies > 0; copies--)
                    {
                        for (var place = i; place >= start; place--, rank--)
                        {
                            if (!_hits[place]) continue;
                            best = Math.Max(best, (double)found-- / rank);
                            sum += best;
                        }
                    }
                    i = start;
                    break;
            }
        }
        return sum / positives;
    }
}
