using CoFinetune.Data.Loading;
using CoFinetune.Evaluation.Clips;

namespace CoFinetune.Evaluation;

/// <summary>Turns the logits of a video's views into one row of logits; the views may lie in several batches.</summary>
/// <param name="views">Views of each video; they come one after the other.</param>
/// <param name="classes">Length of a row.</param>
/// <param name="kind">What is averaged: Scenic averages logits.</param>
/// <param name="severalClasses">Whether a video has several classes, each with a probability (sigmoid) of its own.</param>
public sealed class ViewAverage(int views, int classes, ViewAveraging kind = ViewAveraging.Logits, bool severalClasses = false)
{
    /// <summary>Logits of probabilities that cannot be told from 0 or 1 stay finite.</summary>
    private const double Least = 1e-300;

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
            Add(scores.AsSpan(row * classes, classes));
            if (++_seen < views) continue;
            complete.Add(_sample);
            means.AddRange(_sum.Select(sum => Logit(sum / views)));
            Array.Clear(_sum);
            _seen = 0;
        }
        return (complete, [.. means]);
    }

    private void Add(ReadOnlySpan<float> logits)
    {
        var probabilities = kind == ViewAveraging.Probabilities && !severalClasses ? Softmax.Of(logits) : null;
        for (var k = 0; k < classes; k++) _sum[k] += kind == ViewAveraging.Logits ? logits[k] : probabilities?[k] ?? Softmax.Sigmoid(logits[k]);
    }

    /// <summary>What has this mean under softmax or sigmoid: of one class each, the logarithms of probabilities that sum to 1.</summary>
    private float Logit(double mean) => kind == ViewAveraging.Logits
        ? (float)mean
        : (float)(Math.Log(Math.Max(mean, Least)) - (severalClasses ? Math.Log(Math.Max(1 - mean, double.Epsilon)) : 0));
}
