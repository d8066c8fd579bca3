namespace CoFinetune.Config;

/// <summary>A record that a single value may stand for: <c>init: PATH</c> for <c>init: { from: PATH }</c>.</summary>
/// <param name="property">The C# name of the property that takes the value.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ScalarFormAttribute(string property) : Attribute
{
    /// <summary>The property's name.</summary>
    public string Property { get; } = property;
}
