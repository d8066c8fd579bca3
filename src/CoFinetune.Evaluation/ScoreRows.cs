namespace CoFinetune.Evaluation;

/// <summary>Checks scores before they count.</summary>
internal static class ScoreRows
{
    /// <summary>Requires <paramref name="rows"/> rows of <paramref name="classes"/> finite scores for a dataset of
    /// <paramref name="expected"/> classes.</summary>
    public static void Require(ReadOnlySpan<float> scores, int rows, int classes, int expected)
    {
        if (classes != expected) throw new ArgumentException($"{classes} scores per row for {expected} classes", nameof(classes));
        if (scores.Length != (long)rows * classes)
            throw new ArgumentException($"{scores.Length} scores for {rows} rows of {classes} classes", nameof(scores));
        for (var i = 0; i < scores.Length; i++)
            if (!float.IsFinite(scores[i])) throw new NotFiniteNumberException($"score {i % classes} of row {i / classes} is {scores[i]}", scores[i]);
    }
}
