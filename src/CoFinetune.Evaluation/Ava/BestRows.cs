namespace CoFinetune.Evaluation.Ava;

/// <summary>The best rows of one keyframe in the order of the official evaluator, which keeps them in a binary heap of Python's
/// <c>heapq</c>.</summary>
/// <remarks>
/// The heap decides which row leaves when more than the cap have come (the least by score, class and box; one of equal score does not
/// displace it), and the order of equal scores, which is the heap's own. That order is followed here so that matching gives the official
/// result.
/// </remarks>
internal sealed class BestRows
{
    private int[] _heap = new int[64];
    private double[] _keys = new double[64];
    private int[] _positions = new int[64];
    private int[] _ordered = new int[64];

    /// <summary>The rows numbered <paramref name="members"/>, at most <paramref name="cap"/> of them, by descending score; valid until the
    /// next call.</summary>
    public ReadOnlySpan<int> Select(ReadOnlySpan<ScoredBox> rows, ReadOnlySpan<int> members, int? cap)
    {
        var limit = Math.Min(cap ?? members.Length, members.Length);
        Reserve(limit);
        var count = 0;
        foreach (var member in members)
        {
            if (count < limit)
            {
                _heap[count] = member;
                Rise(rows, 0, count++);
            }
            else if (limit > 0 && rows[member].Score > rows[_heap[0]].Score)
            {
                _heap[0] = member;
                Sink(rows, count);
            }
        }
        for (var i = 0; i < count; i++) (_keys[i], _positions[i]) = (-rows[_heap[i]].Score, i);
        StableSort.Ascending(_keys.AsSpan(0, count), _positions.AsSpan(0, count));
        for (var i = 0; i < count; i++) _ordered[i] = _heap[_positions[i]];
        return _ordered.AsSpan(0, count);
    }

    /// <summary>Moves the row at <paramref name="position"/> towards <paramref name="root"/> past every greater parent.</summary>
    private void Rise(ReadOnlySpan<ScoredBox> rows, int root, int position)
    {
        var row = _heap[position];
        while (position > root)
        {
            var parent = (position - 1) / 2;
            if (!rows[row].IsBelow(rows[_heap[parent]])) break;
            _heap[position] = _heap[parent];
            position = parent;
        }
        _heap[position] = row;
    }

    /// <summary>Moves the root down to a leaf along the lesser children, then up to its place: heapq's way, which fixes the order of the
    /// heap.</summary>
    private void Sink(ReadOnlySpan<ScoredBox> rows, int count)
    {
        var row = _heap[0];
        var position = 0;
        for (var child = 1; child < count; child = (2 * position) + 1)
        {
            if (child + 1 < count && !rows[_heap[child]].IsBelow(rows[_heap[child + 1]])) child++;
            _heap[position] = _heap[child];
            position = child;
        }
        _heap[position] = row;
        Rise(rows, 0, position);
    }

    private void Reserve(int count)
    {
        if (_heap.Length >= count) return;
        var size = Math.Max(count, 2 * _heap.Length);
        (_heap, _keys, _positions, _ordered) = (new int[size], new double[size], new int[size], new int[size]);
    }
}
