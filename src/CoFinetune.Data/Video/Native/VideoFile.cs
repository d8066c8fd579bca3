using System.Runtime.InteropServices;
using System.Text;

namespace CoFinetune.Data.Video.Native;

/// <summary>An opened video file and the packets of its first real video stream.</summary>
internal sealed unsafe class VideoFile : IDisposable
{
    /// <summary>AV_NOPTS_VALUE.</summary>
    public const long NoTime = long.MinValue;

    private const int MediaVideo = 0;
    private const int AttachedPicture = 0x400;
    private const int DiscardAll = 48;
    private const int KeyFlag = 1;
    private const int DiscardFlag = 4;
    private const int DisplayMatrix = 5;

    // Their headers tell all that a decoder needs; in others (avi, transport streams) the first pictures have to be looked at.
    private static readonly string[] SelfDescribing = ["mp4", "matroska"];

    private readonly Libav _libav;
    private readonly nint _stream;
    private readonly int _streamIndex;
    private nint _context;
    private nint _packet;

    private VideoFile(Libav libav, string path, string url, string protocol, bool analyse)
    {
        (_libav, Path) = (libav, path);
        LibavLog.Take();
        nint options = 0, context = 0;
        Set(&options, "protocol_whitelist", protocol);
        Set(&options, "format_whitelist", VideoLimits.Containers);
        int error;
        fixed (byte* name = Text(url)) error = libav.avformat_open_input(&context, name, 0, &options);
        libav.av_dict_free(&options);
        if (error < 0) throw Broken("cannot be opened", error);
        _context = context;
        try
        {
            _packet = libav.av_packet_alloc();
            Container = Marshal.PtrToStringUTF8(*(nint*)At<nint>(context, LibavLayout.FormatInput))!;
            TimesAreExact = SelfDescribing.Any(name => Container.Contains(name, StringComparison.Ordinal));
            if ((analyse || !TimesAreExact) && (error = libav.avformat_find_stream_info(context, null)) < 0) throw Broken("cannot be read", error);
            var streams = At<nint>(context, LibavLayout.Streams);
            _streamIndex = -1;
            for (var i = At<int>(context, LibavLayout.StreamCount) - 1; i >= 0; i--)
            {
                var stream = ((nint*)streams)[i];
                var picture = At<int>(At<nint>(stream, libav.Layout.Codecpar), LibavLayout.CodecType) == MediaVideo
                    && (At<int>(stream, libav.Layout.Disposition) & AttachedPicture) == 0;
                if (picture) (_streamIndex, _stream) = (i, stream);
            }
            if (_streamIndex < 0) throw Broken("holds no video", 0);
            for (var i = 0; i < At<int>(context, LibavLayout.StreamCount); i++)
                if (i != _streamIndex) At<int>(((nint*)streams)[i], libav.Layout.Discard) = DiscardAll;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>FFmpeg's name of the container: <c>mov,mp4,m4a,3gp,3g2,mj2</c>.</summary>
    public string Container { get; }

    /// <summary>Whether a frame can be found by its time. Avi has no presentation times, and in transport streams and others a seek may
    /// land behind the instant it is asked for; there, frames are counted from the start of the file.</summary>
    public bool TimesAreExact { get; }

    /// <summary>AVCodecParameters of the stream.</summary>
    public nint Parameters => At<nint>(_stream, _libav.Layout.Codecpar);

    /// <summary>AVCodecID of the stream.</summary>
    public int CodecId => At<int>(Parameters, LibavLayout.CodecId);

    /// <summary>Width as stored, before rotation.</summary>
    public int Width => At<int>(Parameters, _libav.Layout.Width);

    /// <summary>Height as stored, before rotation.</summary>
    public int Height => At<int>(Parameters, _libav.Layout.Width + 4);

    /// <summary>Seconds of one unit of time.</summary>
    public double Unit => Ratio(At<Libav.Rational>(_stream, _libav.Layout.TimeBase));

    /// <summary>Frames that the header announces; 0 where it does not.</summary>
    public long AnnouncedFrames => At<long>(_stream, _libav.Layout.FrameCount);

    /// <summary>Average frames per second, or else FFmpeg's guess; 0 when there is neither.</summary>
    public double FrameRate => Ratio(At<Libav.Rational>(_stream, _libav.Layout.AverageRate)) is > 0 and var rate
        ? rate : Ratio(_libav.av_guess_frame_rate(_context, _stream, 0));

    /// <summary>Presentation time of the packet that was read, or <see cref="NoTime"/>.</summary>
    public long Time => At<long>(_packet, LibavLayout.PacketPts);

    /// <summary>Its decoding time, or <see cref="NoTime"/>.</summary>
    public long DecodingTime => At<long>(_packet, LibavLayout.PacketDts);

    /// <summary>Whether decoding can begin with it.</summary>
    public bool IsKey => (At<int>(_packet, LibavLayout.PacketFlags) & KeyFlag) != 0;

    /// <summary>Whether it is needed for decoding only: an edit list hides its picture.</summary>
    public bool IsHidden => (At<int>(_packet, LibavLayout.PacketFlags) & DiscardFlag) != 0;

    /// <summary>AVPacket, for the decoder.</summary>
    public nint Packet => _packet;

    /// <summary>Opens a file.</summary>
    /// <param name="libav">The libraries.</param>
    /// <param name="path">The file.</param>
    /// <param name="analyse">Also looks at the first pictures where the header tells enough to decode; rate and size are then those of the stream.</param>
    /// <exception cref="DataException">It is missing, no video of an allowed container, or broken at its start.</exception>
    public static VideoFile Open(Libav libav, string path, bool analyse)
    {
        VideoLimits.RequireFile(path);
        // "file:" keeps names with a colon from being read as protocols.
        return new(libav, path, "file:" + path, "file", analyse);
    }

    /// <summary>Opens a file that its address holds in base64.</summary>
    public static VideoFile OpenInline(Libav libav, string url) => new(libav, "inline", url, "data", analyse: false);

    /// <summary>Reads the next packet of the stream; false at the end of what can be read.</summary>
    public bool Read()
    {
        do
        {
            _libav.av_packet_unref(_packet);
            if (_libav.av_read_frame(_context, _packet) < 0) return false;
        }
        while (At<int>(_packet, LibavLayout.PacketStream) != _streamIndex);
        return true;
    }

    /// <summary>Goes to the last keyframe that the container knows at or before <paramref name="time"/>; false when it cannot.</summary>
    public bool Seek(long time) => _libav.avformat_seek_file(_context, _streamIndex, long.MinValue, time, time, 0) >= 0;

    /// <summary>How the pictures are to be turned for display.</summary>
    public Orientation Orientation
    {
        get
        {
            var matrix = Matrix();
            return matrix == null ? default : Orientation.Of(-Math.Round(_libav.av_display_rotation_get(matrix)), new ReadOnlySpan<int>(matrix, 9));
        }
    }

    /// <summary>The failure of this file.</summary>
    public DataException Broken(string problem, int error) => LibavLog.Broken(Path, problem, error);

    /// <inheritdoc/>
    public void Dispose()
    {
        fixed (nint* packet = &_packet) _libav.av_packet_free(packet);
        fixed (nint* context = &_context) _libav.avformat_close_input(context);
    }

    /// <summary>A field of a native struct.</summary>
    public static ref T At<T>(nint structure, int offset)
        where T : unmanaged => ref *(T*)(structure + offset);

    /// <summary>Text as C reads it.</summary>
    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private int* Matrix()
    {
        // FFmpeg 6.1 and 7 have both, and there the older one knows nothing before the first pictures have been looked at.
        nint size = 0;
        if (_libav.av_packet_side_data_get == null) return _libav.av_stream_get_side_data(_stream, DisplayMatrix, &size);
        var side = _libav.av_packet_side_data_get(At<nint>(Parameters, _libav.Layout.SideData), At<int>(Parameters, _libav.Layout.SideDataCount), DisplayMatrix);
        return side == 0 ? null : *(int**)side;
    }

    private void Set(nint* options, string name, string value)
    {
        fixed (byte* key = Text(name), text = Text(value)) _libav.av_dict_set(options, key, text, 0);
    }

    private static double Ratio(Libav.Rational rational) => rational.Den == 0 ? 0 : (double)rational.Num / rational.Den;
}
