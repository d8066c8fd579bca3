using System.Globalization;

namespace CoFinetune.Data.Annotations;

/// <summary>Label maps in protobuf text: blocks <c>item { name: "…" id: 1 }</c> or <c>label { name: "…" label_id: 1 label_type: … }</c>,
/// in any spacing.</summary>
public static class LabelMapFile
{
    /// <summary>Reads the classes of <paramref name="path"/> in the order of the file, which is the order of the logits.</summary>
    /// <exception cref="DataException">The file is missing or empty, a block is broken, or a name or id occurs twice.</exception>
    public static LabelMap Read(string path)
    {
        var tokens = new PbtxtTokens(path, AnnotationFile.ReadText(path));
        var classes = new List<(int Id, string Name)>();
        var types = new List<string?>();
        var lineOfId = new Dictionary<int, int>();
        var lineOfName = new Dictionary<string, int>(StringComparer.Ordinal);
        while (tokens.Next())
        {
            var line = tokens.Line;
            if (tokens.Text is not ("item" or "label")) throw tokens.Error($"'{tokens.Text}' is no block of a label map, expected item or label");
            var (id, name, type) = Block(tokens, path);
            if (!lineOfId.TryAdd(id, line)) throw new DataException(path, line, $"id {id} occurs twice: first in line {lineOfId[id]}");
            if (!lineOfName.TryAdd(name, line)) throw new DataException(path, line, $"name '{name}' occurs twice: first in line {lineOfName[name]}");
            classes.Add((id, name));
            types.Add(type);
        }
        return classes.Count > 0 ? new LabelMap(classes, types) : throw new DataException(path, 0, "lists no class");
    }

    private static (int Id, string Name, string? Type) Block(PbtxtTokens tokens, string path)
    {
        var line = tokens.Line;
        tokens.Expect("{");
        int? id = null;
        string? name = null;
        string? type = null;
        while (tokens.NextOrFail() != "}")
        {
            var key = tokens.Text;
            tokens.Expect(":");
            var value = tokens.NextOrFail();
            if (key == "name") name = value;
            else if (key is "id" or "label_id") id = Id(tokens, value);
            else if (key == "label_type") type = value;
        }
        if (name is null or "") throw new DataException(path, line, "the block has no name");
        return (id ?? throw new DataException(path, line, $"class '{name}' has no id"), name, type);
    }

    private static int Id(PbtxtTokens tokens, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw tokens.Error($"id is '{value}', expected a whole number from 1");
}
