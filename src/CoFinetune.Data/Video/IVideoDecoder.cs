namespace CoFinetune.Data.Video;

/// <summary>Turns a video file into frames; safe for many threads.</summary>
public interface IVideoDecoder
{
    /// <summary>Size, rate and length of a file.</summary>
    /// <exception cref="DataException">The file is missing or is no video.</exception>
    VideoInfo Probe(string path);

    /// <summary>Decodes consecutive frames, scaled to <paramref name="height"/> x <paramref name="width"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">First frame, from 0.</param>
    /// <param name="count">How many; the block holds fewer only where the file ends.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <exception cref="DataException">The file cannot be decoded there, or takes too long.</exception>
    FrameBlock Decode(string path, int start, int count, int height, int width, CancellationToken stop);
}
