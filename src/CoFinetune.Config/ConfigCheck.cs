namespace CoFinetune.Config;

/// <summary>Collects the broken rules of one config record; the reader adds the place of each property.</summary>
public sealed class ConfigCheck
{
    private readonly List<(string Property, string Message, string? Hint)> _broken = [];

    /// <summary>The broken rules in the order they were reported.</summary>
    public IReadOnlyList<(string Property, string Message, string? Hint)> Broken => _broken;

    /// <summary>Reports <paramref name="message"/> at <paramref name="property"/> unless <paramref name="holds"/>.</summary>
    /// <param name="holds">The rule.</param>
    /// <param name="property">The C# name of the property to point at: <c>nameof(Heads)</c>; a dotted path of yaml keys reaches deeper.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="hint">What would be right.</param>
    public void That(bool holds, string property, string message, string? hint = null)
    {
        if (!holds) _broken.Add((property, message, hint));
    }
}
