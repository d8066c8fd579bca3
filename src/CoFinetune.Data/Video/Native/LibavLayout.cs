namespace CoFinetune.Data.Video.Native;

/// <summary>Where the few fields lie that have no accessor: bytes from the start of their struct, by major version of libavformat.</summary>
/// <remarks>
/// FFmpeg 4.3 is major 58, 5 is 59, 6 is 60, 7 is 61, 8 is 62, 9 is 63. What is constant below is the same in all of them.
/// <see cref="LibavSelfCheck"/> holds them against files of known content before a library is used.
/// </remarks>
/// <param name="Codecpar">AVStream.codecpar.</param>
/// <param name="TimeBase">AVStream.time_base, which start_time and the others follow at fixed distances.</param>
/// <param name="Width">AVCodecParameters.width; height follows.</param>
/// <param name="PictureType">AVFrame.pict_type.</param>
/// <param name="SideData">AVCodecParameters.coded_side_data, there from FFmpeg 6.1 on; nb_coded_side_data follows.</param>
internal readonly record struct LibavLayout(int Codecpar, int TimeBase, int Width, int PictureType, int SideData)
{
    public const int FormatInput = 8;              // AVFormatContext.iformat; its name is the first field
    public const int StreamCount = 44;             // AVFormatContext.nb_streams
    public const int Streams = 48;                 // AVFormatContext.streams

    public const int CodecType = 0;                // AVCodecParameters
    public const int CodecId = 4;

    public const int PacketPts = 8;                // AVPacket
    public const int PacketDts = 16;
    public const int PacketData = 24;
    public const int PacketSize = 32;
    public const int PacketStream = 36;
    public const int PacketFlags = 40;

    public const int FrameData = 0;                // AVFrame
    public const int FrameLineSize = 64;
    public const int FrameWidth = 104;
    public const int FrameHeight = 108;
    public const int FrameFormat = 116;
    public const int FramePts = 136;

    public static LibavLayout Of(int formatMajor) => formatMajor switch
    {
        58 => new(208, 24, 56, 124, 0),
        59 => new(208, 16, 56, 124, 0),
        60 => new(16, 32, 56, 124, 176),
        61 => new(16, 32, 72, 124, 32),
        _ => new(16, 32, 72, 120, 32),
    };

    public int SideDataCount => SideData + 8;
    public int FrameCount => TimeBase + 24;        // AVStream.nb_frames
    public int Disposition => TimeBase + 32;
    public int Discard => TimeBase + 36;
    public int AverageRate => TimeBase + 56;
}
