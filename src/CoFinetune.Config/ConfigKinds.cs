namespace CoFinetune.Config;

/// <summary>Which records a <c>type:</c> key may name, for each abstract config record of a run file.</summary>
public sealed class ConfigKinds
{
    /// <summary>The key that names the kind.</summary>
    internal const string Key = "type";

    private readonly Dictionary<Type, Dictionary<string, Type>> _kinds = [];

    /// <summary>Lets <c>type: name</c> stand for <typeparamref name="TKind"/> wherever a <typeparamref name="TBase"/> is expected.</summary>
    public ConfigKinds Add<TBase, TKind>(string name)
        where TKind : TBase
    {
        if (!_kinds.TryGetValue(typeof(TBase), out var names)) _kinds[typeof(TBase)] = names = [];
        names.Add(name, typeof(TKind));
        return this;
    }

    /// <summary>The names and records that may stand for <paramref name="abstractRecord"/>; empty when it has none.</summary>
    public IReadOnlyDictionary<string, Type> Of(Type abstractRecord) =>
        _kinds.TryGetValue(abstractRecord, out var names) ? names : new Dictionary<string, Type>();

    /// <summary>The <c>type:</c> name of a record.</summary>
    public string? NameOf(Type record) =>
        _kinds.Values.SelectMany(names => names).Where(pair => pair.Value == record).Select(pair => pair.Key).FirstOrDefault();
}
