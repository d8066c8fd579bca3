using CoFinetune.Data.Sampling;

namespace CoFinetune.Evaluation.Statistics;

/// <summary>Draws with replacement, each of as many units (videos) as there are; the same for the same seed, on any number of
/// cores.</summary>
public sealed class Resamples
{
    private readonly Action<int, int[]> _fill;

    /// <summary>Random draws.</summary>
    /// <param name="units">Number of units; at least 1.</param>
    /// <param name="count">Number of draws.</param>
    /// <param name="seed">What they depend on.</param>
    public Resamples(int units, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(units);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        (Units, Count) = (units, count);
        _fill = (draw, times) =>
        {
            var random = new KeyedRandom(KeyedHash.Derive(seed, Purpose.Resample, (ulong)draw));
            for (var i = 0; i < units; i++) times[random.NextInt(units)]++;
        };
    }

    /// <summary>Draws that were made elsewhere: each lists the units it holds.</summary>
    internal Resamples(int units, IReadOnlyList<int[]> draws)
    {
        (Units, Count) = (units, draws.Count);
        _fill = (draw, times) =>
        {
            foreach (var unit in draws[draw]) times[unit]++;
        };
    }

    /// <summary>Number of units.</summary>
    public int Units { get; }

    /// <summary>Number of draws.</summary>
    public int Count { get; }

    /// <summary>How often draw <paramref name="draw"/> holds each unit.</summary>
    /// <param name="draw">Its number, from 0.</param>
    /// <param name="times">Filled; one number per unit.</param>
    public void Fill(int draw, int[] times)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(times.Length, Units, nameof(times));
        Array.Clear(times);
        _fill(draw, times);
    }
}
