using CoFinetune.Data;
using CoFinetune.Data.Video;

namespace CoFinetune.Training.Prediction;

/// <summary>A video that actions are predicted in.</summary>
/// <param name="Path">Absolute path of the file, or of the folder of its numbered images.</param>
/// <param name="Name">What predictions call it: the file's name without its extension.</param>
/// <param name="Info">Size, rate and length.</param>
public sealed record PredictionVideo(string Path, string Name, VideoInfo Info)
{
    /// <summary>Whether it is a folder of images.</summary>
    public bool IsFrames => Directory.Exists(Path);

    /// <summary>Frames per second that the model reckons with: a folder's is the dataset's.</summary>
    public double FrameRate(DatasetConfig data) => IsFrames ? data.FrameRate : Info.FrameRate;

    /// <summary>Length in seconds.</summary>
    public double Length(DatasetConfig data) => Info.FrameCount / FrameRate(data);

    /// <summary>The whole seconds at which the video is looked at, from 0.</summary>
    public IReadOnlyList<int> Seconds(DatasetConfig data) => [.. Enumerable.Range(0, Math.Max(1, (int)Math.Ceiling(Length(data) - 1e-6)))];

    /// <summary>The frame at a time.</summary>
    public int FrameAt(double seconds, DatasetConfig data) =>
        (int)Math.Clamp(Math.Round(seconds * FrameRate(data), MidpointRounding.AwayFromZero), 0, Info.FrameCount - 1);

    /// <summary>A video called by its file's name.</summary>
    /// <exception cref="DataException">It is missing, empty, or no video.</exception>
    public static PredictionVideo Open(string path, IVideoDecoder decoder, CancellationToken stop)
    {
        var full = System.IO.Path.GetFullPath(path);
        return new(full, NameOf(full), decoder.Probe(full, stop));
    }

    /// <summary>The name of a file without its extension, or of a folder.</summary>
    public static string NameOf(string path)
    {
        var name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path));
        return Directory.Exists(path) ? name : System.IO.Path.GetFileNameWithoutExtension(name);
    }
}
