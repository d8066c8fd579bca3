namespace CoFinetune.Models.Weights.Flax;

/// <summary>A map or list that the reader is inside of.</summary>
/// <param name="name">Its path.</param>
/// <param name="key">The last part of its path.</param>
/// <param name="left">Entries still to come.</param>
/// <param name="keys">The map's keys so far; null for a list, whose entries are numbered.</param>
/// <param name="firstArray">How many arrays were found before it.</param>
internal sealed class FlaxLevel(string name, string key, long left, HashSet<string>? keys, int firstArray)
{
    private readonly Dictionary<string, long> _numbers = [];

    public string Name => name;

    public string Key => key;

    public bool IsMap => keys is not null;

    public int FirstArray => firstArray;

    /// <summary>Entries so far.</summary>
    public long Count { get; private set; }

    /// <summary>Whether the map stands for one array in chunks.</summary>
    public bool IsChunked { get; set; }

    /// <summary>The sides that the inner map <c>shape</c> lists.</summary>
    public IReadOnlyDictionary<string, long>? Shape { get; set; }

    /// <summary>The entries, when each of them is an integer and they can be the sides of an array.</summary>
    public IReadOnlyDictionary<string, long>? Numbers => _numbers.Count == Count ? _numbers : null;

    /// <summary>Begins the next entry; false at the end.</summary>
    public bool Next() => left-- > 0;

    /// <summary>False when the map has the key already.</summary>
    public bool Add(string entry)
    {
        Count++;
        return keys?.Add(entry) ?? true;
    }

    public void AddNumber(string entry, long value)
    {
        if (_numbers.Count <= TensorTypes.MaxSides) _numbers.Add(entry, value);
    }
}
