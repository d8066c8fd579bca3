namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>A dictionary of a pickle: its entries in order.</summary>
/// <param name="isOrdered">Whether it is an <c>OrderedDict</c>, which may carry attributes.</param>
internal sealed class PickleDict(bool isOrdered) : List<(object? Key, object? Value)>
{
    public bool IsOrdered => isOrdered;
}
