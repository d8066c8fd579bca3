using CoFinetune.Config;

namespace CoFinetune.Training.Sweeps;

/// <summary>One change that a job makes to the run file, and where it stands.</summary>
internal sealed class SweepChange
{
    private readonly string? _key;
    private readonly ConfigPlace? _keyPlace;
    private readonly ConfigPlace? _valuePlace;
    private readonly int _argument;

    /// <summary>A setting of the sweep file.</summary>
    /// <param name="key">The dotted key.</param>
    /// <param name="keyPlace">Where it stands.</param>
    /// <param name="value">Its value.</param>
    public SweepChange(string key, ConfigPlace keyPlace, ConfigValue value) =>
        (_key, _keyPlace, _valuePlace, Text) = (key, keyPlace, value.Place, $"{key}={value.Text}");

    /// <summary>A change of the command line.</summary>
    /// <param name="text">The change.</param>
    /// <param name="argument">Its number among the changes of the command line, from 1.</param>
    public SweepChange(string text, int argument) => (Text, _argument) = (text, argument);

    /// <summary><c>key=value</c>.</summary>
    public string Text { get; }

    /// <summary>Where in the sweep file, or on the command line, something stands that the job's run file was told by this change.</summary>
    /// <param name="told">Its place in <see cref="Text"/>.</param>
    public ConfigPlace Place(ConfigPlace told)
    {
        if (_keyPlace is null) return told with { Source = FormattableString.Invariant($"argument {_argument}") };
        if (told.Column > _key!.Length) return _valuePlace!;
        var shown = _keyPlace.Text.AsSpan(_keyPlace.Column - 1).StartsWith(_key, StringComparison.Ordinal);     // not where it is quoted
        return shown ? _keyPlace with { Column = _keyPlace.Column + told.Column - 1, Length = Math.Min(told.Length, _key.Length - told.Column + 1) } : _keyPlace;
    }
}
