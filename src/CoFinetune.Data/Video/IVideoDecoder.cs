namespace CoFinetune.Data.Video;

/// <summary>Turns a video file, or a folder of numbered images, into frames; safe for many threads.</summary>
public interface IVideoDecoder
{
    /// <summary>What decodes, with the version of FFmpeg, for a run's record.</summary>
    string Description => GetType().Name;

    /// <summary>Size, rate and length of a file; of a folder the size of its first image, and <see cref="FrameFolder.StandardRate"/>.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="stop">Gives the work up; a later call begins anew.</param>
    /// <exception cref="DataException">The file is missing or is no video.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    VideoInfo Probe(string path, CancellationToken stop);

    /// <summary>Decodes some frames, scaled to <paramref name="height"/> x <paramref name="width"/>.</summary>
    /// <param name="path">The file or folder; images of other sizes than the first are scaled like it.</param>
    /// <param name="frames">Frame indices from 0 in the order of presentation, ascending and distinct, inside the file.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <returns>One frame per index; fewer only where the file ends early.</returns>
    /// <exception cref="DataException">The file cannot be decoded there, or takes too long.</exception>
    FrameBlock Decode(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop);
}
