namespace CoFinetune.Evaluation.Ava;

/// <summary>Sorts by a key and keeps the order of equal keys.</summary>
internal static class StableSort
{
    /// <summary>Sorts both spans by ascending key; <paramref name="sequence"/> must ascend, and does so afterwards wherever keys are
    /// equal.</summary>
    public static void Ascending(Span<double> keys, Span<int> sequence)
    {
        keys.Sort(sequence);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            end = start + 1;
            while (end < keys.Length && keys[end] == keys[start]) end++;
            if (end - start > 1) sequence[start..end].Sort();
        }
    }
}
