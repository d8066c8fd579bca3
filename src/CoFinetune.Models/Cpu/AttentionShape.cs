using CoFinetune.Models.Native;

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

    // What a part costs beside its blocks, in blocks: bringing all tokens of the other side into order.
    private const double CostOfPart = 0.2;

    /// <summary>Tokens of one side that are held against all of the other at a time; even.</summary>
    public int BlockRows
    {
        get
        {
            var blocks = Team.Pieces(Tokens, MostRows);
            return (Team.Pieces(Tokens, blocks) + 1) / 2 * 2;
        }
    }

    /// <summary>Blocks of a head that a thread takes at a time: all, unless there are few heads for the threads.</summary>
    public int BlocksOfPart
    {
        get
        {
            var (heads, blocks, threads) = (Batch * Heads, Team.Pieces(Tokens, BlockRows), Libtorch.Threads);
            return Enumerable.Range(1, blocks).Reverse().MinBy(some => Team.Pieces(heads * Team.Pieces(blocks, some), threads) * (some + CostOfPart));
        }
    }

    /// <summary>Parts of a head, of <see cref="BlocksOfPart"/> each.</summary>
    public int Parts => Team.Pieces(Tokens, BlockRows * BlocksOfPart);

    /// <summary>Length D = H·d of a token.</summary>
    public int Width => Heads * Depth;

    /// <summary>N rounded up to whole vectors.</summary>
    public int PaddedTokens => RoundUp(Tokens);

    /// <summary>Rounds up to whole vectors.</summary>
    public static int RoundUp(int count) => Team.Pieces(count, Vectors.Width) * Vectors.Width;
}
