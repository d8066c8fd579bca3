namespace CoFinetune.Cli.Runs;

/// <summary>
/// A figure over the steps of a run in a bounded number of points, however many values there are: neighbours are joined two by two whenever there are too many, and each
/// point keeps the mean, the least and the largest of its values.
/// </summary>
internal sealed class Curve
{
    private const int Most = 1024;

    private readonly List<Bucket> _buckets = [];
    private int _stride = 1;

    /// <summary>Values that were added, those that are not finite among them.</summary>
    public long Count { get; private set; }

    /// <summary>Values that are not finite.</summary>
    public long NonFinite { get; private set; }

    /// <summary>The last finite value; NaN without any.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>The largest finite value; NaN without any.</summary>
    public double Largest => _buckets.Max(bucket => bucket.Finite > 0 ? bucket.High : double.NaN);

    /// <summary>Mean of the finite values; NaN without any.</summary>
    public double Mean => _buckets.Sum(bucket => bucket.Sum) / _buckets.Sum(bucket => bucket.Finite);

    /// <summary>The points in the order of the steps; a point without a finite value has NaN.</summary>
    public IReadOnlyList<CurvePoint> Points => [.. _buckets.Select(bucket => bucket.Point)];

    /// <summary>Adds the value after a step; steps come in order.</summary>
    public void Add(long step, double value)
    {
        Count++;
        if (double.IsFinite(value)) Last = value;
        else NonFinite++;
        if (_buckets.Count > 0 && _buckets[^1].Values < _stride)
        {
            _buckets[^1] = _buckets[^1].With(Bucket.Of(step, value));
            return;
        }
        if (_buckets.Count == Most)
        {
            for (var i = 0; i < Most / 2; i++) _buckets[i] = _buckets[2 * i].With(_buckets[2 * i + 1]);
            _buckets.RemoveRange(Most / 2, Most / 2);
            _stride *= 2;
        }
        _buckets.Add(Bucket.Of(step, value));
    }

    /// <summary>
    /// The points' means, each averaged with its neighbours: as many on either side, so that nothing lags, up to a fortieth of the curve; fewer near the ends.
    /// </summary>
    public IReadOnlyList<CurvePoint> Smoothed()
    {
        var reach = _buckets.Count / 40;
        return [.. _buckets.Select((bucket, i) =>
        {
            var width = Math.Min(reach, Math.Min(i, _buckets.Count - 1 - i));
            var near = _buckets.Skip(i - width).Take(2 * width + 1).Where(other => other.Finite > 0).Select(other => other.Sum / other.Finite).ToList();
            var mean = bucket.Finite == 0 || near.Count == 0 ? double.NaN : near.Average();
            return bucket.Point with { Mean = mean, Low = mean, High = mean };
        })];
    }

    private readonly record struct Bucket(long First, long Final, int Values, int Finite, double Sum, double Low, double High)
    {
        public CurvePoint Point => Finite == 0
            ? new((First + Final) / 2.0, double.NaN, double.NaN, double.NaN)
            : new((First + Final) / 2.0, Sum / Finite, Low, High);

        public static Bucket Of(long step, double value) => double.IsFinite(value)
            ? new(step, step, 1, 1, value, value, value)
            : new(step, step, 1, 0, 0, double.PositiveInfinity, double.NegativeInfinity);

        public Bucket With(Bucket next) => new(
            First, next.Final, Values + next.Values, Finite + next.Finite, Sum + next.Sum, Math.Min(Low, next.Low), Math.Max(High, next.High));
    }
}
