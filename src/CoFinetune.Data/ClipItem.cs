namespace CoFinetune.Data;

/// <summary>One entry of a dataset: which video, where in it, and what is to be recognised; no pixels.</summary>
public sealed record ClipItem
{
    /// <summary>Absolute path of the video file, or of the folder of its numbered images.</summary>
    public required string VideoPath { get; init; }

    /// <summary>The published name: a video id (<c>-5KQ66BBWC4</c>) or the list's relative path.</summary>
    public required string Name { get; init; }

    /// <summary>The timestamp as the annotations write it (<c>0902</c>), for predictions; null for whole clips.</summary>
    public string? Timestamp { get; init; }

    /// <summary>The keyframe's time in seconds from the start of the file; null when the whole video is the clip.</summary>
    public double? KeyframeSeconds { get; init; }

    /// <summary>Frames per second where <see cref="VideoPath"/> is a folder of images; null where the file says it.</summary>
    public double? FrameRate { get; init; }

    /// <summary>What is to be recognised.</summary>
    public required ClipTarget Target { get; init; }
}
