using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Ava;

/// <summary>The average precision of every class under draws of the videos; rankings that are compared share their draws.</summary>
internal sealed class AvaReplicates
{
    private readonly double[][] _ofClass;                      // class, draw

    private AvaReplicates(double[][] ofClass) => _ofClass = ofClass;

    /// <summary>Draws the videos of all <paramref name="rankings"/> together, so many of them as there are, and computes each ranking under
    /// every draw. With fewer than two videos there are no draws.</summary>
    public static IReadOnlyList<AvaReplicates> Of(IReadOnlyList<AvaRanking> rankings, EvaluationOptions options)
    {
        var units = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var video in rankings.SelectMany(ranking => ranking.Videos)) units.TryAdd(video, units.Count);
        var draws = options.Resamples;
        if (units.Count < 2) draws = 0;                        // one video drawn again is that video: there is nothing to learn from it
        var resamples = new Resamples(Math.Max(1, units.Count), draws, options.Seed);
        List<WeightedPrecision[]> weighted = [.. rankings.Select(ranking =>
        {
            int[] unitOfVideo = [.. ranking.Videos.Select(video => units[video])];
            return ranking.Classes.Select(one => new WeightedPrecision(one, unitOfVideo, resamples.Units)).ToArray();
        })];
        double[][][] values = [.. weighted.Select(classes => classes.Select(_ => new double[draws]).ToArray())];
        var (done, telling) = (0, new Lock());
        Parallel.For(
            0, draws,
            () => new int[resamples.Units],
            (draw, _, times) =>
            {
                resamples.Fill(draw, times);
                for (var ranking = 0; ranking < values.Length; ranking++)
                    for (var label = 0; label < values[ranking].Length; label++) values[ranking][label][draw] = weighted[ranking][label].Of(times);
                lock (telling) options.Drawn?.Invoke(++done, draws);
                return times;
            },
            _ => { });
        return [.. values.Select(ofClass => new AvaReplicates(ofClass))];
    }

    /// <summary>Number of draws.</summary>
    public int Draws => _ofClass.Length == 0 ? 0 : _ofClass[0].Length;

    /// <summary>One class.</summary>
    /// <param name="label">The class index.</param>
    /// <param name="point">Its average precision, null without ground truth.</param>
    public BootstrapEstimate OfClass(int label, double? point) => new(point ?? double.NaN, _ofClass[label]);

    /// <summary>The mean of some classes; in each draw of those that have ground truth in it.</summary>
    /// <param name="members">Class indices.</param>
    /// <param name="point">The mean as it is, null where no class has ground truth.</param>
    public BootstrapEstimate OfMean(IReadOnlyList<int> members, double? point)
    {
        var means = new double[Draws];
        for (var draw = 0; draw < means.Length; draw++)
        {
            var (sum, defined) = (0.0, 0);
            foreach (var label in members)
            {
                if (double.IsNaN(_ofClass[label][draw])) continue;
                sum += _ofClass[label][draw];
                defined++;
            }
            means[draw] = sum / defined;
        }
        return new BootstrapEstimate(point ?? double.NaN, means);
    }
}
