namespace CoFinetune.Data.Video.Native;

/// <summary>How a stored picture becomes the displayed one: mirrored along its own axes, then rows and columns exchanged.</summary>
/// <param name="Transposed">Rows become columns.</param>
/// <param name="MirrorX">Right becomes left, before that.</param>
/// <param name="MirrorY">Bottom becomes top, before that.</param>
internal readonly record struct Orientation(bool Transposed, bool MirrorX, bool MirrorY)
{
    /// <summary>What the ffmpeg program does for a display matrix; angles between the right ones are left alone.</summary>
    /// <param name="degrees">Clockwise rotation.</param>
    /// <param name="matrix">The matrix, row by row.</param>
    public static Orientation Of(double degrees, ReadOnlySpan<int> matrix) => ((degrees % 360 + 360) % 360) switch
    {
        90 => new(true, false, matrix[3] <= 0),
        180 => new(false, matrix[0] < 0, matrix[4] < 0),
        270 => new(true, true, matrix[3] < 0),
        0 => new(false, false, matrix[4] < 0),
        _ => default,
    };

    /// <summary>Turns a picture of 3-byte pixels.</summary>
    /// <param name="stored">Row by row, <c>[height, width, 3]</c> as stored.</param>
    /// <param name="displayed">Takes it, <c>[width, height, 3]</c> when transposed.</param>
    /// <param name="height">Rows as stored.</param>
    /// <param name="width">Columns as stored.</param>
    public void Apply(ReadOnlySpan<byte> stored, Span<byte> displayed, int height, int width)
    {
        if (this == default)
        {
            stored[..(height * width * 3)].CopyTo(displayed);
            return;
        }
        var (rows, columns) = Transposed ? (width, height) : (height, width);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var (y, x) = Transposed ? (column, row) : (row, column);
                if (MirrorX) x = width - 1 - x;
                if (MirrorY) y = height - 1 - y;
                stored.Slice((y * width + x) * 3, 3).CopyTo(displayed[((row * columns + column) * 3)..]);
            }
        }
    }
}
