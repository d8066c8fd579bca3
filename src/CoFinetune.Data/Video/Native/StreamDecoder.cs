namespace CoFinetune.Data.Video.Native;

/// <summary>The decoder of a stream, on the calling thread, and the picture that came out of it last.</summary>
internal sealed unsafe class StreamDecoder : IDisposable
{
    private const int TryAgain = -11;
    private const int TryAgainMac = -35;
    private const int SkipNothing = 0;
    private const int SkipUnreferenced = 8;

    private static readonly byte[] SkipFrame = VideoFile.Text("skip_frame");
    private static readonly byte[] Threads = VideoFile.Text("threads");
    private static readonly byte[] MaxPixels = VideoFile.Text("max_pixels");
    private static readonly byte[] ColourRange = VideoFile.Text("color_range");
    private static readonly byte[] ColourSpace = VideoFile.Text("colorspace");

    private readonly Libav _libav;
    private nint _context;
    private nint _frame;
    private int _skip;

    /// <param name="libav">The libraries.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="codecId">AVCodecID.</param>
    /// <param name="parameters">AVCodecParameters; 0 where the packets tell all.</param>
    /// <exception cref="DataException">FFmpeg has no decoder for the stream, or refuses it.</exception>
    public StreamDecoder(Libav libav, string path, int codecId, nint parameters)
    {
        _libav = libav;
        var codec = libav.avcodec_find_decoder(codecId);
        if (codec == 0) throw LibavLog.Broken(path, "is of a kind that this FFmpeg cannot decode", 0);
        _context = libav.avcodec_alloc_context3(codec);
        try
        {
            var error = parameters == 0 ? 0 : libav.avcodec_parameters_to_context(_context, parameters);
            SetOption(Threads, 1);
            SetOption(MaxPixels, VideoLimits.Pixels);
            if (error >= 0) error = libav.avcodec_open2(_context, codec, null);
            if (error < 0) throw LibavLog.Broken(path, "cannot be decoded", error);
            _frame = libav.av_frame_alloc();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>AVFrame: the picture.</summary>
    public nint Frame => _frame;

    /// <summary>Its presentation time, or <see cref="VideoFile.NoTime"/>.</summary>
    public long Time => VideoFile.At<long>(_frame, LibavLayout.FramePts);

    /// <summary>Its width as stored.</summary>
    public int Width => VideoFile.At<int>(_frame, LibavLayout.FrameWidth);

    /// <summary>Its height as stored.</summary>
    public int Height => VideoFile.At<int>(_frame, LibavLayout.FrameHeight);

    /// <summary>Its AVPixelFormat.</summary>
    public int Format => VideoFile.At<int>(_frame, LibavLayout.FrameFormat);

    /// <summary>Whether it was coded with the help of others (AVPictureType P, B or S); some decoders do not say, which counts as no.</summary>
    public bool IsPredicted => VideoFile.At<int>(_frame, _libav.Layout.PictureType) is >= 2 and <= 4;

    /// <summary>AVColorRange of the stream: 0 unknown, 1 limited, 2 full.</summary>
    public int Range => (int)GetOption(ColourRange);

    /// <summary>AVColorSpace of the stream: its matrix.</summary>
    public int Space => (int)GetOption(ColourSpace);

    /// <summary>Gives a packet to the decoder, or 0 for its end. False when the decoder refuses it.</summary>
    /// <param name="packet">AVPacket.</param>
    /// <param name="wanted">False lets the decoder skip the picture where no other needs it.</param>
    public bool Send(nint packet, bool wanted)
    {
        var skip = wanted ? SkipNothing : SkipUnreferenced;
        if (skip != _skip) SetOption(SkipFrame, _skip = skip);
        return _libav.avcodec_send_packet(_context, packet) >= 0;
    }

    /// <summary>Takes the next picture; false when a further packet is needed first, or at the end.</summary>
    public bool Receive()
    {
        while (true)
        {
            var error = _libav.avcodec_receive_frame(_context, _frame);
            if (error >= 0) return true;
            // Anything but these two is the failure of one picture, which the next may follow.
            if (error is TryAgain or TryAgainMac or EndOfFile) return false;
        }
    }

    /// <summary>Forgets all packets, to go on at another place.</summary>
    public void Flush() => _libav.avcodec_flush_buffers(_context);

    /// <inheritdoc/>
    public void Dispose()
    {
        fixed (nint* frame = &_frame) _libav.av_frame_free(frame);
        fixed (nint* context = &_context) _libav.avcodec_free_context(context);
    }

    private const int EndOfFile = -0x20464F45;                 // -MKTAG('E','O','F',' ')

    private void SetOption(byte[] name, long value)
    {
        fixed (byte* key = name) _libav.av_opt_set_int(_context, key, value, 0);
    }

    private long GetOption(byte[] name)
    {
        long value;
        fixed (byte* key = name) return _libav.av_opt_get_int(_context, key, 0, &value) < 0 ? 0 : value;
    }
}
