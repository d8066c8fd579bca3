namespace CoFinetune.Models.Weights.Streams;

/// <summary>Ranges of a file, one after the other, read straight into the reader's memory.</summary>
internal sealed class FileStretch(SourceFile file, params IReadOnlyList<FilePiece> pieces) : ReadStream
{
    private int _piece;
    private long _done;

    public override int Read(Span<byte> buffer)
    {
        while (_piece < pieces.Count && _done == pieces[_piece].Length) (_piece, _done) = (_piece + 1, 0);
        if (_piece == pieces.Count || buffer.IsEmpty) return 0;
        var (offset, length) = pieces[_piece];
        var count = (int)Math.Min(buffer.Length, length - _done);
        file.Read(buffer[..count], offset + _done);
        _done += count;
        return count;
    }
}
