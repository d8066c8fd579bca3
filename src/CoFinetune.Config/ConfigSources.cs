using System.Text;
using System.Text.Unicode;

namespace CoFinetune.Config;

/// <summary>Reads a file and the files that it extends into one map.</summary>
internal sealed class ConfigSources(Func<string, string?> environment, ErrorList errors)
{
    private const int MaxBytes = 1 << 20;
    private const int MaxFiles = 100;
    private const string Extends = "extends";

    private readonly List<string> _open = [];
    private int _files;

    /// <summary>The joined map, or null when any of the files could not be read.</summary>
    public MapNode? Read(string path) => Read(path, null);

    /// <param name="path">The file.</param>
    /// <param name="named">Where it is named; null for the file of the command line.</param>
    private MapNode? Read(string path, ConfigPlace? named)
    {
        if (++_files > MaxFiles)
        {
            if (_files == MaxFiles + 1) errors.Add("config.extends", $"more than {MaxFiles} files are read through 'extends:'", named);
            return null;
        }
        if (ReadText(path, named) is not { } text) return null;
        var full = Path.GetFullPath(path);
        if (_open.Contains(full))
        {
            errors.Add("config.extends_cycle", $"{Wording.Quote(path)} extends itself", named,
                string.Join(" -> ", _open.SkipWhile(open => open != full).Append(full).Select(Path.GetFileName)));
            return null;
        }
        if (ReadMap(SourceText.OfFile(path, text)) is not { } own) return null;
        if (own.Find(Extends) is not { } extends) return own;

        if (Bases(extends.Value, path) is not { } bases) return null;
        _open.Add(full);
        var files = bases.Select(file => Read(file.Path, file.Named)).ToList();
        _open.RemoveAt(_open.Count - 1);
        if (files.Contains(null)) return null;
        own = new MapNode(own.Place, [.. own.Entries.Where(entry => entry != extends)]);
        return files.Append(own).Aggregate((below, above) => NodeMerge.Merge(below!, above!, environment));
    }

    /// <summary>The files of an <c>extends:</c>, taken from the folder of the file that names them; null when it names none.</summary>
    private List<(string Path, ConfigPlace Named)>? Bases(ConfigNode extends, string path)
    {
        var bases = new List<(string, ConfigPlace)>();
        var nodes = extends is ListNode list ? list.Items : [extends];
        foreach (var node in nodes)
        {
            if (node is not ScalarNode { IsNull: false } scalar)
            {
                if (node is BrokenNode) continue;
                errors.Add("config.wrong_type", $"expected a file or a list of files, found {Scalars.Found(node)}", node.Place,
                    "extends: [base/tiny.yaml]");
            }
            else if (Scalars.Expand(scalar, environment, errors) is { } file)
            {
                bases.Add((Path.Combine(Path.GetDirectoryName(path) ?? "", file.Text), node.Place));
            }
        }
        return bases.Count == nodes.Count ? bases : null;
    }

    /// <summary>The map that a text holds; null, and an error, when it holds none.</summary>
    public MapNode? ReadMap(SourceText source)
    {
        switch (new YamlTree(source, 0, errors).Read())
        {
            case null or BrokenNode:
                return null;
            case MapNode map:
                return map;
            case ScalarNode { IsNull: true }:
                errors.Add("config.empty_file", "the file holds no keys", source.Place(0, 0));
                return null;
            case var other:
                errors.Add("config.wrong_type", $"expected keys and values, found {Scalars.Found(other)}", other.Place,
                    "a blank follows each ':'");
                return null;
        }
    }

    private string? ReadText(string path, ConfigPlace? named)
    {
        try
        {
            using var file = File.OpenRead(path);
            // Not by the length that the file system states: pipes and devices state none.
            var bytes = new byte[MaxBytes + 1];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count > MaxBytes)
            {
                errors.Add("config.file_too_large", $"{Wording.Quote(path)} is larger than 1 MiB", named);
                return null;
            }
            return Decode(path, bytes.AsSpan(0, count));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            errors.Add("config.file_missing", $"there is no file {Wording.Quote(path)}", named, Similar(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add("config.file_unreadable", $"{Wording.Quote(path)} cannot be read", named,
                Directory.Exists(path) ? "it is a folder" : Wording.Printable(e.Message));
        }
        return null;
    }

    private string? Decode(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        var text = Encoding.UTF8.GetString(bytes);
        if (Utf8.IsValid(bytes)) return text;
        var at = text.IndexOf('\uFFFD', StringComparison.Ordinal);
        errors.Add("config.encoding", "the file is not UTF-8 text", SourceText.OfFile(path, text).Place(at, at + 1), "save it as UTF-8");
        return null;
    }

    private static string? Similar(string path)
    {
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        if (!Directory.Exists(folder)) return $"there is no folder {Wording.Quote(folder)}";
        var files = Directory.EnumerateFiles(folder, "*.y*ml", new EnumerationOptions { IgnoreInaccessible = true });
        var near = Wording.Closest(Path.GetFileName(path), files.Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        return near is null ? null : $"did you mean {Wording.Quote(Path.Combine(Path.GetDirectoryName(path) ?? "", near))}?";
    }
}
