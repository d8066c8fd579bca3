using CoFinetune.Data;

namespace CoFinetune.Training.Prediction;

/// <summary>The persons of a video, by time.</summary>
/// <param name="Name">What predictions call the video.</param>
/// <param name="Persons">Timestamp as written, time from the start of the file in seconds, and the persons; by time.</param>
/// <param name="Notes">What the user should know of them.</param>
public sealed record VideoPersons(string Name, IReadOnlyList<(string Timestamp, double Seconds, IReadOnlyList<PersonBox> Boxes)> Persons, IReadOnlyList<string> Notes)
{
    /// <summary>The frame as a whole.</summary>
    public static Box WholeFrame { get; } = new(0, 0, 1, 1);

    /// <summary>Every second of the video, with the persons that <paramref name="find"/> sees in the frame there.</summary>
    /// <param name="video">The video.</param>
    /// <param name="data">How the run takes seconds for frames.</param>
    /// <param name="find">Takes a frame's index.</param>
    public static VideoPersons EverySecond(PredictionVideo video, DatasetConfig data, Func<int, IReadOnlyList<PersonBox>> find) => new(
        video.Name, [.. video.Seconds(data).Select(second => ($"{second}", (double)second, find(video.FrameAt(second, data))))], []);
}
