namespace CoFinetune.Data.Video.Native;

/// <summary>Turns decoded pictures into 8-bit RGB of one size, as the ffmpeg program's <c>scale=W:H:flags=bilinear</c> does.</summary>
/// <remarks>Rotated pictures are scaled first and turned then, the program turns first: there, single values differ by rounding.</remarks>
internal sealed unsafe class FrameScaler(Libav libav, Orientation orientation, int height, int width) : IDisposable
{
    /// <summary>Bytes behind the last picture that must be there, since rows are written in blocks.</summary>
    public const int Slack = 128;

    // Pictures that keep their size are converted by this many columns, and those of the last block left out where a row has no room for it.
    private const int BlockColumns = 16;
    private const int Bilinear = 2;
    private const int Rgb24 = 2;
    private const int FullRange = 2;
    private const int Bt601 = 5;

    private readonly int _storedHeight = orientation.Transposed ? width : height;
    private readonly int _storedWidth = orientation.Transposed ? height : width;
    private byte[]? _stored;
    private (int, int, int, int, int) _source;
    private nint _context;

    /// <summary>Bytes of a picture.</summary>
    public int FrameBytes => height * width * 3;

    /// <summary>Writes the decoder's picture to <paramref name="pixels"/>.</summary>
    /// <returns>False when its pixel format cannot be converted.</returns>
    public bool Scale(StreamDecoder picture, byte* pixels)
    {
        if (!Prepare(picture)) return false;
        var row = _storedWidth * 3;
        var scaled = (picture.Width, picture.Height) != (_storedWidth, _storedHeight);
        var block = scaled ? row : (_storedWidth + BlockColumns - 1) / BlockColumns * BlockColumns * 3;
        if (block == row && orientation == default)
        {
            Scale(picture, pixels, row);
            return true;
        }
        if (_stored is null || _stored.Length < _storedHeight * block + Slack) _stored = new byte[_storedHeight * block + Slack];
        fixed (byte* stored = _stored) Scale(picture, stored, block);
        for (var y = 1; y < _storedHeight && block > row; y++) _stored.AsSpan(y * block, row).CopyTo(_stored.AsSpan(y * row));
        orientation.Apply(_stored, new Span<byte>(pixels, FrameBytes), _storedHeight, _storedWidth);
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
