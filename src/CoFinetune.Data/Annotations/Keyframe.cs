using System.Globalization;

namespace CoFinetune.Data.Annotations;

/// <summary>One annotated moment of a movie. <c>902</c>, <c>0902</c> and <c>902.0</c> are one keyframe; <c>12.5</c> and <c>12.500001</c>
/// are two.</summary>
/// <param name="Video">The movie's published id.</param>
/// <param name="Microseconds">Time from the start of the movie: the official evaluator's <c>%.6f</c> seconds as a whole number.</param>
public readonly record struct Keyframe(string Video, long Microseconds)
{
    /// <summary>The latest time that can be written, in seconds.</summary>
    internal const double MaxSeconds = 1e9;

    /// <summary>Time from the start of the movie.</summary>
    public double Seconds => Microseconds / 1e6;

    /// <summary>Whether the time is a whole second, as in every AVA file.</summary>
    public bool IsWholeSecond => Microseconds % 1_000_000 == 0;

    /// <summary>The keyframe of <paramref name="video"/> at <paramref name="seconds"/>.</summary>
    public static Keyframe At(string video, double seconds) => new(video, (long)Math.Round(seconds * 1e6));

    /// <summary><c>video,0902</c> or <c>video,12.500000</c>.</summary>
    public override string ToString() => IsWholeSecond
        ? string.Create(CultureInfo.InvariantCulture, $"{Video},{Microseconds / 1_000_000:0000}")
        : string.Create(CultureInfo.InvariantCulture, $"{Video},{Seconds:0.000000}");
}
