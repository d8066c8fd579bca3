namespace CoFinetune.Data.Annotations.Pickle;

/// <summary>A dictionary of a pickle: its entries as they were set.</summary>
internal sealed class PickleDict : List<(object? Key, object? Value)>;
