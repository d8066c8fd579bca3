namespace CoFinetune.Data.Synthetic;

/// <summary>What a synthetic world holds; the same options always give the same bytes.</summary>
public sealed record SyntheticWorldOptions
{
    /// <summary>Key of every draw.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Width and height of the frames, in pixels; even, at least 32.</summary>
    public int FrameSize { get; init; } = 80;

    /// <summary>Kinetics-like training clips, spread evenly over 12 classes.</summary>
    public int KineticsTrain { get; init; } = 180;

    /// <summary>Kinetics-like validation clips.</summary>
    public int KineticsVal { get; init; } = 36;

    /// <summary>Moments-like training clips, spread evenly over 6 classes.</summary>
    public int MomentsTrain { get; init; } = 120;

    /// <summary>Moments-like validation clips.</summary>
    public int MomentsVal { get; init; } = 24;

    /// <summary>AVA-like training videos.</summary>
    public int AvaTrainVideos { get; init; } = 37;

    /// <summary>AVA-like validation videos.</summary>
    public int AvaValVideos { get; init; } = 37;

    /// <summary>Length of an AVA-like video; it has a keyframe at each whole second inside: 11 for 12 seconds.</summary>
    public int AvaSeconds { get; init; } = 12;

    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FrameSize, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(FrameSize % 2, 0, nameof(FrameSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(KineticsTrain, WorldClasses.Kinetics.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(KineticsVal, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MomentsTrain, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MomentsVal, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AvaTrainVideos, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AvaValVideos, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AvaSeconds, 2);
    }
}
