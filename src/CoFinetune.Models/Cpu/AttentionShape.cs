namespace CoFinetune.Models.Cpu;

/// <summary>Sizes of one attention.</summary>
/// <param name="Batch">Rows B that do not see each other.</param>
/// <param name="Tokens">Tokens N of a row.</param>
/// <param name="Heads">Heads H.</param>
/// <param name="Depth">Length d of a head's vectors; even.</param>
internal readonly record struct AttentionShape(int Batch, int Tokens, int Heads, int Depth)
{
    // Three such blocks of 400 tokens stay in the second-level cache.
    private const int MostRows = 96;

    /// <summary>Tokens of one side that are held against all of the other at a time; even.</summary>
    public int BlockRows
    {
        get
        {
            var blocks = (Tokens + MostRows - 1) / MostRows;
            return ((Tokens + blocks - 1) / blocks + 1) / 2 * 2;
        }
    }

    /// <summary>Length D = H·d of a token.</summary>
    public int Width => Heads * Depth;

    /// <summary>N rounded up to whole vectors.</summary>
    public int PaddedTokens => RoundUp(Tokens);

    /// <summary>Rounds up to whole vectors.</summary>
    public static int RoundUp(int count) => (count + Vectors.Width - 1) / Vectors.Width * Vectors.Width;
}
