using CoFinetune.Models.Weights.Streams;

namespace CoFinetune.Models.Weights.Flax;

/// <summary>
/// A checkpoint that Flax wrote (<c>flax.serialization.msgpack_serialize</c>): maps in maps, whose keys joined by <c>/</c> name the arrays.
/// Only places and sizes of the arrays are kept; plain numbers, texts and nil are passed over.
/// </summary>
internal sealed class FlaxReader
{
    private const sbyte ArrayExtension = 1;
    private const sbyte ScalarExtension = 3;
    private const string ChunkedKey = "__msgpack_chunked_array__";

    private readonly SourceFile _file;
    private readonly WeightIndex _index;
    private readonly MsgpackCursor _cursor;
    private readonly Stack<FlaxLevel> _levels = [];
    private readonly List<FlaxArray> _arrays = [];

    private FlaxReader(SourceFile file)
    {
        _file = file;
        _index = new WeightIndex(file, "Flax msgpack");
        _cursor = new MsgpackCursor(file);
    }

    /// <exception cref="WeightsException">The file is no correct msgpack, or holds something that Flax does not write.</exception>
    public static WeightIndex Read(SourceFile file)
    {
        var reader = new FlaxReader(file);
        reader.Walk();
        foreach (var array in reader._arrays)
            reader._index.Add(new(array.Name, array.Type, array.Shape), () => new FileStretch(file, array.Pieces));
        return reader._index;
    }

    private void Walk()
    {
        if (_file.Length == 0) throw _file.Broken("is empty");
        var outermost = _cursor.Next();
        if (outermost.Kind != MsgpackKind.Map) throw _file.Broken("is no Flax checkpoint: its outermost value is no map");
        Enter("", "", outermost);
        while (_levels.TryPeek(out var level))
        {
            if (level.Next()) Visit(level);
            else Leave();
        }
        if (_cursor.Position != _file.Length) throw _file.Broken($"goes on after its end at byte {_cursor.Position}");
    }

    private void Enter(string name, string key, MsgpackToken begin)
    {
        if (_levels.Count == WeightIndex.MaxDepth) throw _file.Broken($"has maps or lists nested deeper than {WeightIndex.MaxDepth}");
        // Every entry takes a byte at least.
        if (begin.Value > _file.Length - _cursor.Position) throw _file.Broken($"is cut off: {begin.Value} entries are announced before byte {_cursor.Position}");
        _levels.Push(new(name, key, begin.Value, begin.Kind == MsgpackKind.Map ? [] : null, _arrays.Count));
    }

    private void Visit(FlaxLevel level)
    {
        var key = level.IsMap ? Key() : level.Count.ToString();
        var name = _levels.Count == 1 ? key : $"{level.Name}/{key}";
        if (!level.Add(key)) throw _file.Broken($"has '{name}' twice");
        _index.CountName(name);
        var value = _cursor.Next();
        switch (value.Kind)
        {
            case MsgpackKind.Map or MsgpackKind.List:
                Enter(name, key, value);
                break;
            case MsgpackKind.Extension:
                _arrays.Add(Array(name, value));
                break;
            case MsgpackKind.Text or MsgpackKind.Bytes:
                _cursor.Skip(value.Value);
                break;
            case MsgpackKind.Integer:
                level.AddNumber(key, value.Value);
                break;
            case MsgpackKind.True:
                level.IsChunked |= key == ChunkedKey;
                break;
        }
    }

    private void Leave()
    {
        var done = _levels.Pop();
        if (done.IsChunked) Join(done);
        if (done.Key == "shape" && _levels.TryPeek(out var outer)) outer.Shape = done.Numbers;
    }

    private string Key()
    {
        var key = _cursor.Next();
        return key.Kind == MsgpackKind.Text ? _cursor.Text(key.Value) : throw _file.Broken($"has a key that is no text, before byte {_cursor.Position}");
    }

    /// <summary>An array's extension holds a msgpack list of its own: the shape, the type's name and the bytes.</summary>
    private FlaxArray Array(string name, MsgpackToken extension)
    {
        if (extension.Extension is not (ArrayExtension or ScalarExtension)) throw _file.Broken($"holds '{name}' as the extension {extension.Extension}, which is no array");
        var end = _cursor.Position + extension.Value;
        if (_cursor.Next() is not { Kind: MsgpackKind.List, Value: 3 }) throw Wrong(name, "is no list of shape, type and bytes");
        if (_cursor.Next() is not { Kind: MsgpackKind.List } sides || sides.Value > TensorTypes.MaxSides) throw Wrong(name, "has no shape");
        var shape = new long[sides.Value];
        for (var side = 0; side < shape.Length; side++)
        {
            if (_cursor.Next() is not { Kind: MsgpackKind.Integer, Value: >= 0 and var length }) throw Wrong(name, "has a shape with something else than whole numbers from 0 to 2^63-1");
            shape[side] = length;
        }
        if (_cursor.Next() is not { Kind: MsgpackKind.Text } typeName) throw Wrong(name, "has no element type");
        var typeText = _cursor.Text(typeName.Value);
        var type = TensorTypes.ParseNumpy(typeText) ?? throw Wrong(name, $"has the element type '{typeText}', which is no tensor's");
        if (_cursor.Next() is not { Kind: MsgpackKind.Bytes } bytes) throw Wrong(name, "has no bytes");
        var begin = _cursor.Position;
        _cursor.Skip(bytes.Value);
        if (_cursor.Position != end) throw Wrong(name, "is not as long as announced");
        if (TensorTypes.Bytes(type, shape) != bytes.Value) throw Wrong(name, $"has {bytes.Value} bytes, which do not match {typeText} [{string.Join(", ", shape)}]");
        return new(name, type, shape, [new(begin, bytes.Value)]);
    }

    /// <summary>Arrays beyond 1 GiB are cut into flat pieces, in a map of their own beside the shape.</summary>
    private void Join(FlaxLevel map)
    {
        var found = new Dictionary<string, FlaxArray>();
        if (_arrays[map.FirstArray..].Any(array => !found.TryAdd(array.Name, array))) throw Wrong(map.Name, "is an array in chunks of the same name");
        if (map.Count != 3 || map.Shape is not { } shape || found.Count == 0) throw Wrong(map.Name, "is an array in chunks without shape or chunks");
        _arrays.RemoveRange(map.FirstArray, found.Count);
        var sides = Numbered(shape.Count, i => shape.TryGetValue($"{i}", out var side) ? side : (long?)null);
        var chunks = Numbered(found.Count, i => found.GetValueOrDefault(map.Name.Length == 0 ? $"chunks/{i}" : $"{map.Name}/chunks/{i}"));
        if (sides is null || chunks is null) throw Wrong(map.Name, "is an array in chunks of which some are missing");
        var type = chunks[0].Type;
        if (chunks.Any(chunk => chunk.Type != type || chunk.Shape.Count != 1)) throw Wrong(map.Name, "is an array in chunks that are not flat, or of different types");
        var pieces = chunks.SelectMany(chunk => chunk.Pieces).ToList();
        if (TensorTypes.Bytes(type, sides) != pieces.Sum(piece => piece.Length)) throw Wrong(map.Name, $"is an array in chunks of {pieces.Sum(piece => piece.Length)} bytes, which do not match {TensorTypes.NumpyName(type)} [{string.Join(", ", sides)}]");
        _arrays.Add(new(map.Name, type, sides, pieces));
    }

    /// <summary>The things numbered from 0 on; null when one is missing.</summary>
    private static List<T>? Numbered<T>(int count, Func<int, T?> find)
        where T : class
    {
        var all = Enumerable.Range(0, count).Select(find).ToList();
        return all.Contains(null) ? null : [.. all.Select(one => one!)];
    }

    private static List<long>? Numbered(int count, Func<int, long?> find)
    {
        var all = Enumerable.Range(0, count).Select(find).ToList();
        return all.Contains(null) ? null : [.. all.Select(one => one!.Value)];
    }

    private WeightsException Wrong(string name, string problem) => _file.Broken($"its array '{name}' {problem}");
}
