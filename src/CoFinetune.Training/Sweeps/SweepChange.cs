using CoFinetune.Config;

namespace CoFinetune.Training.Sweeps;

/// <summary>One change that a job makes to the run file, and where it stands.</summary>
internal sealed class SweepChange
{
    private readonly string? _key;
    private readonly ConfigValue? _value;
    private readonly int _argument;

    /// <summary>A setting of the sweep file.</summary>
    public SweepChange(string key, ConfigValue value) => (_key, _value, Text) = (key, value, $"{key}={value.Text}");

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
        if (_value is null) return told with { Source = FormattableString.Invariant($"argument {_argument}") };
        if (told.Column > _key!.Length) return _value.Place;
        var part = _key.Substring(told.Column - 1, Math.Min(told.Length, _key.Length - told.Column + 1));
        var at = _value.Key.Column - 1 + told.Column - 1;
        var shown = string.CompareOrdinal(_value.Key.Text, at, part, 0, part.Length) == 0;      // the key of an item of a list is the item
        return shown ? _value.Key with { Column = at + 1, Length = part.Length } : _value.Key;
    }
}
