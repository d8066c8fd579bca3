using System.Text;
using System.Text.Json;

namespace CoFinetune.Training.Tracking;

/// <summary>The names of metrics that a file has shown so far. Its rows name much the same ones in the same order, so hardly a text is made twice.</summary>
internal sealed class MetricNames
{
    private readonly List<(byte[] Utf8, string Name)> _known = [];

    /// <summary>How many there are.</summary>
    public int Count => _known.Count;

    /// <summary>The name of the property that the reader stands at.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="place">Where in the row it stands, as a hint.</param>
    public string Of(ref Utf8JsonReader json, int place)
    {
        if (json.ValueIsEscaped) return json.GetString()!;
        var spelled = json.ValueSpan;
        for (var i = 0; i < _known.Count; i++)
        {
            var (utf8, name) = _known[(place + i) % _known.Count];
            if (spelled.SequenceEqual(utf8)) return name;
        }
        _known.Add((spelled.ToArray(), Encoding.UTF8.GetString(spelled)));
        return _known[^1].Name;
    }
}
