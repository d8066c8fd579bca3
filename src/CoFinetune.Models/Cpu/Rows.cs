namespace CoFinetune.Models.Cpu;

/// <summary>
/// Rows of a matrix cut into pieces for the threads. The cut depends on the number of rows alone, so sums over rows, made piece by piece, are the same on any
/// number of threads.
/// </summary>
/// <param name="Count">Rows.</param>
internal readonly record struct Rows(int Count)
{
    private const int LeastOfPiece = 64;
    private const int MostPieces = 64;

    private int OfPiece => Math.Max(LeastOfPiece, Team.Pieces(Count, MostPieces));

    /// <summary>Pieces.</summary>
    public int Pieces => Team.Pieces(Count, OfPiece);

    /// <summary>Calls <paramref name="work"/> with the piece, its first row and the row after its last, on all threads.</summary>
    public void Run(Action<int, int, int> work)
    {
        var (count, ofPiece) = (Count, OfPiece);
        Team.Run(Pieces, piece => work(piece, piece * ofPiece, Math.Min(count, (piece + 1) * ofPiece)));
    }
}
