namespace CoFinetune.Cli.Commands;

/// <summary>What <c>predict</c> is asked for.</summary>
internal sealed record PredictArguments
{
    /// <summary>The checkpoint folder or run directory.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>The videos.</summary>
    public required IReadOnlyList<string> Videos { get; init; }

    /// <summary>Changes of the run, <c>key=value</c>.</summary>
    public required string[] Overrides { get; init; }

    /// <summary>The heads; none for the usual ones.</summary>
    public required string[] Datasets { get; init; }

    /// <summary>A file of person boxes.</summary>
    public string? Boxes { get; init; }

    /// <summary>What the timestamps of that file call the start of each video.</summary>
    public double Offset { get; init; }

    /// <summary>A person detector.</summary>
    public string? Detector { get; init; }

    /// <summary>The class of persons; null takes the detector's.</summary>
    public int? DetectorClass { get; init; }

    /// <summary>Least score of a person; null takes the usual.</summary>
    public double? DetectorThreshold { get; init; }

    /// <summary>Whether whole clips are recognised second by second.</summary>
    public bool PerSecond { get; init; }

    /// <summary>Most classes of a subject that are shown.</summary>
    public int Top { get; init; }

    /// <summary>Least score of a class that is shown.</summary>
    public double Threshold { get; init; }

    /// <summary>Where every score is written.</summary>
    public string? Predictions { get; init; }

    /// <summary>Folder of the pictures.</summary>
    public string? Overlay { get; init; }

    /// <summary>Most still pictures of a video.</summary>
    public int Stills { get; init; }

    /// <summary>Tells videos from changes of the run: <c>name.name=value</c> is a change, unless there is such a file.</summary>
    public static bool IsOverride(string word)
    {
        var end = word.IndexOf('=', StringComparison.Ordinal);
        if (word is ['~', ..]) return !Path.Exists(word);
        return end > 0 && word[..end].TrimEnd('+').All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_') && !Path.Exists(word);
    }
}
