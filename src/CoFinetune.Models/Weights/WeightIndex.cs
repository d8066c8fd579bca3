namespace CoFinetune.Models.Weights;

/// <summary>What a reader finds in a file, held against the limits that every format shares.</summary>
/// <param name="file">The file; its size bounds the names.</param>
/// <param name="format">The format's name for people.</param>
internal sealed class WeightIndex(SourceFile file, string format)
{
    public const int MaxTensors = 1_000_000;
    public const int MaxNameLength = 4096;

    /// <summary>How deep maps and lists may lie in each other; a network's parts do not reach half of it.</summary>
    public const int MaxDepth = 64;

    private readonly List<WeightSource> _tensors = [];
    private readonly HashSet<string> _names = [];
    private long _letters = (4 * file.Length) + (1 << 20);

    public string Format { get; } = format;

    public IReadOnlyList<WeightSource> Tensors => _tensors;

    public Dictionary<string, string> Metadata { get; } = [];

    /// <exception cref="WeightsException">The name occurs twice, or there are too many tensors, letters or sides.</exception>
    public void Add(WeightEntry entry, Func<Stream> open)
    {
        CountName(entry.Name);
        if (_tensors.Count == MaxTensors) throw file.Broken($"holds more than {MaxTensors} tensors");
        if (!_names.Add(entry.Name)) throw file.Broken($"has two tensors '{entry.Name}'");
        if (TensorTypes.Bytes(entry.Type, entry.Shape) is null) throw file.Broken($"gives '{entry.Name}' the impossible shape {entry.ShapeText}");
        _tensors.Add(new(entry, open));
    }

    /// <summary>Nested names share their front in the file, but not in memory: a small file could name gigabytes.</summary>
    public void CountName(string name)
    {
        if (name.Length > MaxNameLength) throw file.Broken($"has a name of {name.Length} letters");
        if ((_letters -= name.Length) < 0) throw file.Broken("has names that are far longer than the file itself");
    }
}
