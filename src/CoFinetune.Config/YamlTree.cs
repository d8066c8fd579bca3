using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CoFinetune.Config;

/// <summary>Reads one YAML value into nodes. Anchors, aliases, merge keys and tags other than <c>!replace</c> are refused.</summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 64;
    private const string ReplaceTag = "!replace";

    private readonly SourceText _source;
    private readonly int _offset;
    private readonly ErrorList _errors;
    private readonly Parser _parser;
    private readonly Stack<int> _openBrackets = [];
    private int _depth;
    private int _line = 1;
    private int _read;

    /// <param name="source">The text.</param>
    /// <param name="offset">Where in it YAML begins.</param>
    /// <param name="errors">Takes the mistakes.</param>
    public YamlTree(SourceText source, int offset, ErrorList errors)
    {
        _source = source;
        _offset = offset;
        _errors = errors;
        _parser = new Parser(new StringReader(VariableText.Mask(source.Text[offset..])));
        End = offset;
    }

    /// <summary>Where the value ends, as an index into the source.</summary>
    public int End { get; private set; }

    /// <summary>The value, an empty scalar when there is none, or null when the text is no YAML.</summary>
    public ConfigNode? Read()
    {
        try
        {
            if (FindForbidden() is { } at)
                throw Failure("config.syntax", $"the character U+{(int)_source.Text[at]:X4} may not stand here", _source.Place(at, at + 1));
            Next();
            if (Next() is StreamEnd) return new ScalarNode(_source.Place(_offset, _offset), "", plain: true);
            var root = Node(Next(), null);
            Next();
            if (Next() is DocumentStart second)
                throw Failure("config.syntax", "a second document begins here", Place(second), "one file holds one: remove the '---'");
            return root;
        }
        catch (ConfigException e)
        {
            _errors.Add(e.Errors[0]);
            return null;
        }
    }

    /// <param name="start">The event that begins the node.</param>
    /// <param name="key">The place of its key; an empty value has no place of its own.</param>
    private ConfigNode Node(ParsingEvent start, ConfigPlace? key)
    {
        if (start is AnchorAlias)
        {
            ReportAnchor(Place(start));
            return new BrokenNode(Place(start));
        }
        var node = (NodeEvent)start;
        if (!node.Anchor.IsEmpty) ReportAnchor(Place(start.Start.Index, start.Start.Index + node.Anchor.Value.Length + 1));
        var replaces = !node.Tag.IsEmpty && node.Tag.Value == ReplaceTag && node is MappingStart;
        if (!node.Tag.IsEmpty && !replaces)
        {
            _errors.Add("config.tag", $"the tag {Wording.Quote(node.Tag.Value)} is not known here", First(start),
                "the only tag is '!replace', before a map");
        }
        if (node is Scalar scalar)
        {
            End = _offset + (int)scalar.End.Index;
            var plain = scalar.Style == ScalarStyle.Plain;
            var place = plain && scalar.Value.Length == 0 && key is not null ? key : Place(scalar);
            return new ScalarNode(place, VariableText.Unmask(scalar.Value), plain);
        }

        if (++_depth > MaxDepth) throw Failure("config.too_deep", $"nested more than {MaxDepth} levels deep", First(start));
        var flow = node is MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow };
        if (flow) _openBrackets.Push((int)start.End.Index);
        ConfigNode read = node is MappingStart ? Map(start, flow, replaces) : List(start, flow);
        if (flow) _openBrackets.Pop();
        _depth--;
        return read;
    }

    private ListNode List(ParsingEvent start, bool flow)
    {
        var items = new List<ConfigNode>();
        ParsingEvent next;
        while ((next = Next()) is not SequenceEnd) items.Add(Node(next, null));
        return new ListNode(Extent(start, next, flow), items);
    }

    private MapNode Map(ParsingEvent start, bool flow, bool replaces)
    {
        var entries = new Dictionary<string, MapEntry>();
        ParsingEvent next;
        while ((next = Next()) is not MappingEnd)
        {
            if (next is not Scalar word)
            {
                if (next is AnchorAlias) ReportAnchor(Place(next));
                else _errors.Add("config.syntax", "a key is one word, not a list or a map", First(next));
                if (next is not AnchorAlias) Node(next, null);
                Node(Next(), null);
                continue;
            }
            var place = Place(word);
            var key = VariableText.Unmask(word.Value);
            if (!word.Anchor.IsEmpty) ReportAnchor(place);
            var value = Node(Next(), place);
            if (key == "<<")
            {
                _errors.Add("config.anchor", "merge keys '<<' are not read here", place,
                    "put what is shared into a base file and name it under 'extends:'");
            }
            else if (!entries.TryAdd(key, new MapEntry(key, place, value)))
            {
                _errors.Add("config.duplicate_key", $"the key {Wording.Quote(key)} stands here twice", place,
                    $"the first one is at {entries[key].KeyPlace}");
            }
        }
        return new MapNode(Extent(start, next, flow), [.. entries.Values], replaces);
    }

    private void ReportAnchor(ConfigPlace place) =>
        _errors.Add("config.anchor", "anchors (&) and aliases (*) are not read here", place,
            "write the value out, or quote it if '&' or '*' is part of it");

    private ParsingEvent Next()
    {
        try
        {
            if (!_parser.MoveNext()) throw new InvalidOperationException("the parser is past its end");
            _line = (int)_parser.Current!.Start.Line;
            _read = Math.Min(_source.Text.Length, _offset + (int)_parser.Current.End.Index);
            return _parser.Current;
        }
        catch (YamlException e)
        {
            var line = Math.Max(_line, (int)e.Start.Line);
            throw new ConfigException([YamlMistake.Explain(_source, _offset, (int)e.Start.Index, line, e.Message, OpenBracket)]);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet meets unclosed brackets with these, without a place, and sometimes before it hands out the bracket itself.
            var bracket = OpenBracket ?? (_source.Text.IndexOfAny(['[', '{'], _read) is >= 0 and var next ? next : null);
            throw new ConfigException([YamlMistake.Explain(_source, _offset, null, _line, e.Message, bracket)]);
        }
    }

    private int? OpenBracket => _openBrackets.TryPeek(out var at) ? _offset + at : null;

    private int? FindForbidden()
    {
        for (var i = _offset; i < _source.Text.Length; i++)
        {
            var c = _source.Text[i];
            var control = char.IsControl(c) && c is not ('\t' or '\r' or '\n' or '\u0085');
            if (control || VariableText.IsReserved(c) || c is '\uFFFE' or '\uFFFF') return i;
        }
        return null;
    }

    private ConfigPlace Extent(ParsingEvent start, ParsingEvent end, bool flow)
    {
        if (!flow) return First(start);
        // The marks of a bracket stand before it, not around it.
        End = _offset + (int)end.Start.Index + 1;
        return Place(start.Start.Index, end.Start.Index + 1);
    }

    private ConfigPlace First(ParsingEvent parsed) => Place(parsed.Start.Index, parsed.Start.Index + 1);

    private ConfigPlace Place(ParsingEvent parsed) => Place(parsed.Start.Index, parsed.End.Index);

    private ConfigPlace Place(long start, long end) => _source.Place(_offset + (int)start, _offset + (int)end);

    private static ConfigException Failure(string code, string message, ConfigPlace place, string? hint = null) =>
        new([new ConfigError(code, message, place, hint)]);
}
