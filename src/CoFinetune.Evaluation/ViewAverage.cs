using CoFinetune.Data.Loading;

namespace CoFinetune.Evaluation;

/// <summary>Turns the logits of a video's views into one row, their mean, as Scenic does; the views may lie in several batches.</summary>
/// <param name="views">Views of each video; they come one after the other.</param>
/// <param name="classes">Length of a row.</param>
public sealed class ViewAverage(int views, int classes)
{
    private readonly double[] _sum = new double[classes];
    private ClipSample? _sample;
    private int _seen;

    /// <summary>Takes a batch and returns the videos that are complete with it.</summary>
    /// <param name="samples">The views.</param>
    /// <param name="scores">Their logits, <c>[samples, classes]</c>; for single views anything, which is handed on.</param>
    /// <exception cref="ArgumentException">Another video begins before one is complete, or the scores do not fit.</exception>
    public (IReadOnlyList<ClipSample> Samples, float[] Scores) Add(IReadOnlyList<ClipSample> samples, float[] scores)
    {
        if (views == 1) return (samples, scores);
        if (scores.Length != samples.Count * classes) throw new ArgumentException($"{scores.Length} scores for {samples.Count} rows of {classes}", nameof(scores));
        var complete = new List<ClipSample>();
        var means = new List<float>();
        for (var row = 0; row < samples.Count; row++)
        {
            if (_seen == 0) _sample = samples[row];
            if (samples[row].Item != _sample!.Item) throw new ArgumentException($"entry {_sample.Item} has {_seen} of {views} views", nameof(samples));
            for (var k = 0; k < classes; k++) _sum[k] += scores[row * classes + k];
            if (++_seen < views) continue;
            complete.Add(_sample);
            means.AddRange(_sum.Select(sum => (float)(sum / views)));
            Array.Clear(_sum);
            _seen = 0;
        }
        return (complete, [.. means]);
    }
}
