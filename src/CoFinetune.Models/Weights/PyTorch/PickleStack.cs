namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>The stack of a pickle program. Nothing below the last mark can be taken from it, except by taking the mark.</summary>
internal sealed class PickleStack(Func<string, WeightsException> broken)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];

    /// <summary>Values above the last mark.</summary>
    public int Count => _values.Count - (_marks.Count > 0 ? _marks[^1] : 0);

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Add(_values.Count);

    public object? Top() => Count > 0 ? _values[^1] : throw broken("takes from an empty stack");

    public object? Pop()
    {
        var value = Top();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    /// <summary>The last <paramref name="count"/> values, the topmost last.</summary>
    public object?[] Pop(int count)
    {
        if (Count < count) throw broken("takes from an empty stack");
        object?[] values = [.. _values[^count..]];
        _values.RemoveRange(_values.Count - count, count);
        return values;
    }

    /// <summary>Takes the last mark and everything above it.</summary>
    public object?[] PopMark()
    {
        if (_marks.Count == 0) throw broken("takes a mark that was never set");
        var values = Pop(Count);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }
}
