namespace CoFinetune.Data.Video.Native;

/// <summary>Turns decoded pictures into 8-bit RGB of one size, as the ffmpeg program's <c>scale=W:H:flags=bilinear</c> does.</summary>
/// <remarks>
/// Rotated pictures are scaled first and turned then, the program turns first: there, single values differ by rounding.
/// swscale works in blocks of columns, and leaves out a last one that has no room in its row: where rows are not whole blocks, they go through a buffer.
/// </remarks>
internal sealed unsafe class FrameScaler(Libav libav, Orientation orientation, int height, int width) : IDisposable
{
    /// <summary>Bytes behind the last picture that must be there, since rows are written in blocks.</summary>
    public const int Slack = 128;

    private const int BlockColumns = 16;
    private const int RowColumns = 64;                         // whole blocks, and aligned as the program aligns rows

    private const int Bilinear = 2;
    private const int Rgb24 = 2;
    private const int FullRange = 2;
    private const int Bt601 = 5;

    private readonly int _storedHeight = orientation.Transposed ? width : height;
    private readonly int _storedWidth = orientation.Transposed ? height : width;
    private byte[]? _buffer;
    private (int, int, int, int, int) _source;
    private nint _context;

    /// <summary>Bytes of a picture.</summary>
    public int FrameBytes => height * width * 3;

    /// <summary>Writes the decoder's picture to <paramref name="pixels"/>.</summary>
    /// <returns>False when its pixel format cannot be converted.</returns>
    public bool Scale(StreamDecoder picture, byte* pixels)
    {
        if (!Prepare(picture)) return false;
        if (orientation == default && width % BlockColumns == 0)
        {
            Scale(picture, pixels, width * 3);
            return true;
        }
        var (row, stride) = (_storedWidth * 3, (_storedWidth + RowColumns - 1) / RowColumns * RowColumns * 3);
        _buffer ??= new byte[_storedHeight * stride + Slack];
        fixed (byte* stored = _buffer) Scale(picture, stored, stride);
        Span<byte> rows = _buffer, to = new(pixels, FrameBytes);
        var packed = orientation == default ? to : rows;
        for (var y = 0; y < _storedHeight; y++) rows.Slice(y * stride, row).CopyTo(packed[(y * row)..]);
        if (orientation != default) orientation.Apply(rows, to, _storedHeight, _storedWidth);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => libav.sws_freeContext(_context);

    private void Scale(StreamDecoder picture, byte* pixels, int stride)
    {
        var planes = stackalloc byte*[4] { pixels, null, null, null };
        var strides = stackalloc int[4] { stride, 0, 0, 0 };
        libav.sws_scale(
            _context, (byte**)(picture.Frame + LibavLayout.FrameData), (int*)(picture.Frame + LibavLayout.FrameLineSize), 0, picture.Height, planes, strides);
    }

    private bool Prepare(StreamDecoder picture)
    {
        var source = (picture.Width, picture.Height, picture.Format, picture.Range, picture.Space);
        if (source == _source && _context != 0) return true;
        libav.sws_freeContext(_context);
        _source = source;
        _context = libav.sws_getContext(picture.Width, picture.Height, picture.Format, _storedWidth, _storedHeight, Rgb24, Bilinear, 0, 0, 0);
        if (_context == 0) return false;

        int* inverse, table;
        int full, fullOut, brightness, contrast, saturation;
        if (libav.sws_getColorspaceDetails(_context, &inverse, &full, &table, &fullOut, &brightness, &contrast, &saturation) < 0) return true;
        var matrix = libav.sws_getCoefficients(source.Space is >= 1 and <= 10 and not 8 and not 2 ? source.Space : Bt601);
        if (source.Range > 0) full = source.Range == FullRange ? 1 : 0;
        libav.sws_setColorspaceDetails(_context, matrix, full, matrix, fullOut, brightness, contrast, saturation);
        return true;
    }
}
