namespace CoFinetune.Config;

/// <summary>How messages quote what a user wrote, and what they suggest instead.</summary>
internal static class Wording
{
    private const int LongestQuote = 60;

    /// <summary>The text in quotes, cut when long, without anything a terminal would act on.</summary>
    public static string Quote(string text) => $"'{Cut(text)}'";

    /// <summary>The text without quotes, cut when long.</summary>
    public static string Cut(string text) => Printable(text.Length > LongestQuote ? text[..LongestQuote] + "…" : text);

    /// <summary>The text with blanks for tabs and line breaks, and a replacement character for other control characters.</summary>
    public static string Printable(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => c is '\t' or '\r' or '\n' ? ' ' : char.IsControl(c) ? '\uFFFD' : c))
        : text;

    /// <summary>The candidate that <paramref name="word"/> was most likely meant to be, or null.</summary>
    public static string? Closest(string word, IEnumerable<string> candidates)
    {
        if (word.Length > LongestQuote) return null;
        var allowed = Math.Max(1, word.Length / 3);
        return candidates
            .Where(candidate => candidate != word && Math.Abs(candidate.Length - word.Length) <= allowed)
            .Select(candidate => (Candidate: candidate, Distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(pair => pair.Distance <= allowed)
            .OrderBy(pair => pair.Distance)
            .FirstOrDefault().Candidate;
    }

    /// <summary>Fewest insertions, deletions, replacements and swaps of neighbors that turn one word into the other.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + same);
                var swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (swapped) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[a.Length, b.Length];
    }
}
