namespace CoFinetune.Data.Video;

/// <summary>How an image is coded. The numbers are FFmpeg's, AVCodecID.</summary>
internal enum ImageKind
{
    /// <summary>Each frame of motion JPEG is one.</summary>
    Jpeg = 7,

    /// <summary>PNG.</summary>
    Png = 61,
}
