using System.Collections;
using System.Text;

namespace CoFinetune.Config;

/// <summary>The lines of a written configuration.</summary>
internal sealed class ConfigLines(ConfigKinds kinds, IReadOnlyDictionary<string, ConfigPlace>? origins)
{
    private const int LongestFlow = 100;

    private readonly StringBuilder _text = new();

    public override string ToString() => _text.Length == 0 ? "{}\n" : _text.ToString();

    /// <summary>The keys of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="declared">The type of the property that holds it.</param>
    /// <param name="path">Its dotted path.</param>
    /// <param name="indent">Blanks before each of its lines.</param>
    public void Record(object record, Type declared, string path, string indent)
    {
        foreach (var (key, value, shape) in Keys(record, declared)) Value(indent + key + ":", value, shape, Join(path, key), indent + "  ");
    }

    private IEnumerable<(string Key, object? Value, ConfigShape Shape)> Keys(object record, Type declared)
    {
        var names = kinds.Of(declared);
        if (names.Count > 0)
        {
            var name = names.FirstOrDefault(pair => pair.Value == record.GetType()).Key
                ?? throw new ArgumentException($"{record.GetType()} is none of the kinds of {declared}");
            yield return (ConfigKinds.Key, name, new ConfigShape(typeof(string), false, ConfigForm.Scalar));
        }
        foreach (var property in RecordSchema.Of(record.GetType()).Properties)
            yield return (property.Key, property.Property.GetValue(record), property.Shape);
    }

    /// <param name="lead">The line up to the value: <c>  share:</c> or <c>  -</c>.</param>
    /// <param name="value">The value.</param>
    /// <param name="shape">What it is declared as.</param>
    /// <param name="path">Its dotted path.</param>
    /// <param name="indent">Blanks before the lines below it.</param>
    private void Value(string lead, object? value, ConfigShape shape, string path, string indent)
    {
        if (value is null || shape.Form == ConfigForm.Scalar) Line(lead, ScalarText.Of(value), path);
        else if (shape.Form == ConfigForm.Record) Block(lead, "{}", path, () => Record(value, shape.Type, path, indent));
        else if (shape.Form == ConfigForm.List) List(lead, (IEnumerable)value, shape.Element!, path, indent);
        else Block(lead, "{}", path, () => Map((IEnumerable)value, shape.Element!, path, indent));
    }

    private void List(string lead, IEnumerable items, ConfigShape element, string path, string indent)
    {
        var flow = element.Form == ConfigForm.Scalar ? ScalarText.OfList(items) : null;
        if (flow is not null && lead.Length + flow.Length < LongestFlow)
        {
            Line(lead, flow, path);
            return;
        }
        Block(lead, "[]", path, () =>
        {
            var index = 0;
            foreach (var item in items) Value(indent + "-", item, element, Join(path, $"{index++}"), indent + "  ");
        });
    }

    private void Map(IEnumerable entries, ConfigShape element, string path, string indent)
    {
        foreach (var entry in entries)
        {
            var key = (string)entry.GetType().GetProperty("Key")!.GetValue(entry)!;
            var value = entry.GetType().GetProperty("Value")!.GetValue(entry);
            Value($"{indent}{ScalarText.Of(key)}:", value, element, Join(path, key), indent + "  ");
        }
    }

    /// <summary>The lead, and below it what <paramref name="write"/> writes; <paramref name="empty"/> when that is nothing.</summary>
    private void Block(string lead, string empty, string path, Action write)
    {
        var start = _text.Length;
        _text.Append(lead).Append('\n');
        var written = _text.Length;
        write();
        if (_text.Length > written) return;
        _text.Length = start;
        Line(lead, empty, path);
    }

    private void Line(string lead, string value, string path)
    {
        _text.Append(lead).Append(' ').Append(value);
        if (origins is not null) _text.Append("  # ").Append(Origin(path));
        _text.Append('\n');
    }

    private string Origin(string path)
    {
        if (!origins!.TryGetValue(path, out var place)) return "default";
        return Wording.Printable(place.Line > 0 ? $"{place.Source}:{place.Line}" : place.Source);
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
