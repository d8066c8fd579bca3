namespace CoFinetune.Config;

/// <summary>The forms of a value in YAML.</summary>
internal enum ConfigForm
{
    Scalar,
    List,
    Map,
    Record,

    /// <summary>Whatever it is: a <see cref="ConfigValue"/>.</summary>
    Any,
}
