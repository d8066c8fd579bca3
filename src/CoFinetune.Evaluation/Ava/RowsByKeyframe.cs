namespace CoFinetune.Evaluation.Ava;

/// <summary>Row numbers grouped by keyframe; within a keyframe in the order of the rows.</summary>
internal sealed class RowsByKeyframe
{
    private readonly int[] _starts;
    private readonly int[] _rows;

    /// <summary>Groups the rows of classes that <paramref name="isScored"/> accepts.</summary>
    public RowsByKeyframe(ScoredBoxes boxes, Func<int, bool> isScored)
    {
        _starts = new int[boxes.Keyframes.Count + 1];
        var rows = boxes.Rows;
        foreach (ref readonly var row in rows)
            if (isScored(row.ClassId)) _starts[row.Keyframe + 1]++;
        for (var i = 1; i < _starts.Length; i++) _starts[i] += _starts[i - 1];
        _rows = new int[_starts[^1]];
        var next = _starts.AsSpan(0, _starts.Length - 1).ToArray();
        for (var i = 0; i < rows.Length; i++)
            if (isScored(rows[i].ClassId)) _rows[next[rows[i].Keyframe]++] = i;
    }

    /// <summary>Number of grouped rows.</summary>
    public int Count => _rows.Length;

    /// <summary>How many rows come before those of <paramref name="keyframe"/>.</summary>
    public int Start(int keyframe) => _starts[keyframe];

    /// <summary>The rows of <paramref name="keyframe"/>.</summary>
    public ReadOnlySpan<int> this[int keyframe] => _rows.AsSpan(_starts[keyframe], _starts[keyframe + 1] - _starts[keyframe]);
}
