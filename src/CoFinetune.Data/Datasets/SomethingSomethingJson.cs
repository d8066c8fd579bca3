using System.Globalization;
using System.Text.Json;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>The files of Something-Something v2: <c>{"Approaching something with your camera": "0", …}</c> and
/// <c>[{"id": "78687", "label": "holding potato", "template": "Holding [something]", "placeholders": ["potato"]}, …]</c>.</summary>
internal static class SomethingSomethingJson
{
    /// <summary>The classes by their index.</summary>
    /// <exception cref="DataException">The file is broken, or an index is missing or taken.</exception>
    public static LabelMap ReadLabels(string file)
    {
        var cursor = new JsonCursor(file, AnnotationFile.ReadAll(file));
        var classes = new List<(int Line, string Name, long Index)>();
        cursor.Next();
        cursor.RequireObject("the file");
        while (cursor.Key() is { } template)
        {
            var index = cursor.Token == JsonTokenType.Number ? cursor.Whole("the index")
                : int.TryParse(cursor.Text("the index"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : throw cursor.Error($"the index of '{template}' is '{cursor.Text("the index")}', expected a whole number");
            classes.Add((cursor.Line(), template, index));
        }
        cursor.End();
        if (classes.Count == 0) throw new DataException(file, 0, "lists no class");
        var names = new string?[classes.Count];
        foreach (var (line, name, index) in classes)
        {
            if (index < 0 || index >= names.Length) throw new DataException(file, line, $"'{name}' has index {index}, but {names.Length} classes have the indices 0..{names.Length - 1}");
            if (names[index] is { } other) throw new DataException(file, line, $"'{name}' and '{other}' both have index {index}");
            names[index] = name;
        }
        return new LabelMap([.. names.Select((name, index) => (index, name!))]);
    }

    /// <summary>Line, id and class of every clip.</summary>
    /// <exception cref="DataException">The file is broken, or a template is not among the classes.</exception>
    public static List<(int Line, string Id, int Label)> ReadClips(string file, LabelMap labels, string labelSource)
    {
        var cursor = new JsonCursor(file, AnnotationFile.ReadAll(file));
        var clips = new List<(int Line, string Id, int Label)>();
        cursor.Next();
        cursor.RequireArray("the file");
        while (cursor.Item())
        {
            var line = cursor.Line();
            string? id = null, template = null;
            cursor.RequireObject("a clip");
            while (cursor.Key() is { } key)
            {
                if (key == "id") id = cursor.Token == JsonTokenType.Number ? cursor.Whole("id").ToString(CultureInfo.InvariantCulture) : cursor.Text("id");
                else if (key == "template") template = cursor.Text("template");
                else cursor.Skip();
            }
            if (id is null or "") throw cursor.Error("the clip has no id");
            if (id.AsSpan().ContainsAny('/', '\\') || id is "." or "..") throw cursor.Error($"'{id}' is not the id of a clip");
            if (template is null) throw cursor.Error($"clip {id} has no template", "the test split is published without labels: use train and validation");
            var label = labels.IndexOfName(template.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal));
            clips.Add((line, id, label >= 0 ? label : throw cursor.Error($"template '{template}' is not among the {labels.Count} classes of {labelSource}")));
        }
        cursor.End();
        return clips.Count > 0 ? clips : throw new DataException(file, 0, "has no entries");
    }
}
