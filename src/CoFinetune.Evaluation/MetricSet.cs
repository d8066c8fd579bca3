using System.Collections;

namespace CoFinetune.Evaluation;

/// <summary>Named figures in the order they were added, the primary one first; a figure is NaN where it is not defined.</summary>
public sealed class MetricSet : IReadOnlyCollection<KeyValuePair<string, double>>
{
    private readonly List<KeyValuePair<string, double>> _metrics = [];

    /// <inheritdoc/>
    public int Count => _metrics.Count;

    /// <summary>The figure called <paramref name="name"/>.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public double this[string name] => TryGet(name, out var value)
        ? value
        : throw new KeyNotFoundException($"no metric '{name}' among {string.Join(", ", _metrics.Select(m => m.Key))}");

    /// <summary>Finds the figure called <paramref name="name"/>.</summary>
    public bool TryGet(string name, out double value)
    {
        var index = _metrics.FindIndex(m => m.Key == name);
        value = index < 0 ? double.NaN : _metrics[index].Value;
        return index >= 0;
    }

    /// <summary>Adds a figure.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(string name, double value)
    {
        if (TryGet(name, out _)) throw new ArgumentException($"metric '{name}' is there already", nameof(name));
        _metrics.Add(new(name, value));
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => _metrics.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
