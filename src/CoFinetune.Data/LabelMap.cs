namespace CoFinetune.Data;

/// <summary>The classes of a dataset: index (0-based, a logit's position), published id and name.</summary>
public sealed class LabelMap
{
    private readonly Dictionary<int, int> _indexOfId;
    private readonly Dictionary<string, int> _indexOfName;

    /// <summary>Classes in the order of their logits.</summary>
    /// <param name="classes">Published id and name of each.</param>
    /// <param name="types">The <c>label_type</c> of each; null where there are none.</param>
    /// <exception cref="ArgumentException">An id or a name occurs twice, or there are not as many types as classes.</exception>
    public LabelMap(IReadOnlyList<(int Id, string Name)> classes, IReadOnlyList<string?>? types = null)
    {
        if (types is not null && types.Count != classes.Count) throw new ArgumentException($"{types.Count} types of {classes.Count} classes", nameof(types));
        Classes = classes;
        Types = types ?? new string?[classes.Count];
        _indexOfId = classes.Select((c, index) => (c.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index);
        _indexOfName = classes.Select((c, index) => (c.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
    }

    /// <summary>Id and name of each class, in the order of the logits.</summary>
    public IReadOnlyList<(int Id, string Name)> Classes { get; }

    /// <summary>The <c>label_type</c> of each class in the same order, null where the label map gives it none.</summary>
    public IReadOnlyList<string?> Types { get; }

    /// <summary>Number of classes.</summary>
    public int Count => Classes.Count;

    /// <summary>The index of a published id, or -1.</summary>
    public int IndexOfId(int id) => _indexOfId.GetValueOrDefault(id, -1);

    /// <summary>The index of a class name, or -1.</summary>
    public int IndexOfName(string name) => _indexOfName.GetValueOrDefault(name, -1);

    /// <summary>The classes that <paramref name="wanted"/> names, by name or id, in their old order.</summary>
    /// <param name="wanted">The names and ids; null takes all.</param>
    /// <param name="source">The file of the classes, for errors.</param>
    /// <exception cref="DataException">One of them is no class.</exception>
    public LabelMap Subset(IReadOnlyList<string>? wanted, string source)
    {
        if (wanted is null) return this;
        var kept = new SortedSet<int>();
        foreach (var name in wanted)
        {
            var index = IndexOfName(name);
            if (index < 0 && int.TryParse(name, out var id)) index = IndexOfId(id);
            if (index < 0) throw new DataException(source, 0, $"has no class '{name}'", "`subset` lists classes by name or id");
            kept.Add(index);
        }
        return kept.Count > 0 ? new LabelMap([.. kept.Select(index => Classes[index])], [.. kept.Select(index => Types[index])]) : throw new DataException(source, 0, "`subset` names no class");
    }
}
