using CoFinetune.Config;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary><c>type: ava</c>: person-level actions at keyframes, in the published files of AVA 2.1 and 2.2 or any set in their
/// layout.</summary>
/// <remarks>
/// Training takes the ground truth boxes with their actions, or detected ones that match them (<see cref="TrainPersons"/>). Validation scores the boxes of <see cref="Boxes"/>, at every keyframe that
/// these or the ground truth name; without such a file, the ground truth boxes.
/// </remarks>
public sealed record AvaDatasetConfig : DatasetConfig
{
    /// <inheritdoc/>
    public override ClipTask Task => ClipTask.ActionDetection;

    /// <summary>The training split's ground truth csv.</summary>
    public required string Train { get; init; }

    /// <summary>The validation split's ground truth csv.</summary>
    public required string Val { get; init; }

    /// <summary>The label map (pbtxt): the classes of the head, in its order, and those that are scored.</summary>
    public required string Labels { get; init; }

    /// <summary>What to do about training rows whose action <see cref="Labels"/> does not list, as 20 of AVA's 80 are not in its list of
    /// 60. Scoring always leaves such rows out.</summary>
    public LabelsOutsideMap LabelsOutsideMap { get; init; } = LabelsOutsideMap.Error;

    /// <summary>Excluded timestamps of the training split.</summary>
    public string? ExcludeTrain { get; init; }

    /// <summary>Excluded timestamps of the validation split.</summary>
    public string? ExcludeVal { get; init; }

    /// <summary>Detected persons of the validation split (csv).</summary>
    public string? Boxes { get; init; }

    /// <summary>Detected persons of the training split (csv), for <see cref="TrainPersons"/>.</summary>
    public string? TrainBoxes { get; init; }

    /// <summary>Whose boxes are trained on.</summary>
    public TrainPersons TrainPersons { get; init; } = TrainPersons.Truth;

    /// <summary>Least IoU at which a detected person takes the actions of an annotated one.</summary>
    [InRange(0, 1, Above = true)]
    public double MatchIou { get; init; } = 0.9;

    /// <summary>Least score of a detected person.</summary>
    [InRange(0, 1)]
    public double BoxThreshold { get; init; } = 0.8;

    /// <summary>The folder of the movies, each named by its id; by default <c>videos</c> beside the csv, or else in the data
    /// root.</summary>
    public string? Videos { get; init; }

    /// <summary>The second of the movie at which its file starts: 0 for whole movies, 900 for the usual cuts of minutes 15 to 30.</summary>
    [InRange(0)]
    public double VideoOffset { get; init; }

    /// <inheritdoc/>
    public override void Check(ConfigCheck check)
    {
        base.Check(check);
        check.That(
            TrainPersons == TrainPersons.Truth || TrainBoxes is not null, nameof(TrainPersons), "detected persons come from a file", "name it: `train_boxes`");
    }

    /// <inheritdoc/>
    public override AvaDataset Open(DataSplit split, string root)
    {
        var path = DataPath.FromConfig(root, split == DataSplit.Train ? Train : Val);
        var labelsPath = DataPath.FromConfig(root, Labels);
        var labels = LabelMapFile.Read(labelsPath);
        var outside = split == DataSplit.Train ? LabelsOutsideMap : LabelsOutsideMap.Skip;
        var annotations = AvaAnnotations.Read(path, labels, outside, labelsPath);
        var excludedPath = split == DataSplit.Train ? ExcludeTrain : ExcludeVal;
        if (excludedPath is not null) excludedPath = DataPath.FromConfig(root, excludedPath);
        var excluded = excludedPath is null ? new HashSet<Keyframe>() : AvaExcludedTimestamps.Read(excludedPath);

        var source = path;
        var keyframes = annotations.Keyframes;
        if (split == DataSplit.Validation && Boxes is not null)
        {
            source = DataPath.FromConfig(root, Boxes);
            keyframes = WithDetectedPersons(keyframes, AvaPersonBoxes.Read(source, BoxThreshold));
        }
        if (split == DataSplit.Train && TrainPersons != TrainPersons.Truth)
            keyframes = PersonMatching.Choose(keyframes, AvaPersonBoxes.Read(DataPath.FromConfig(root, TrainBoxes!), BoxThreshold), TrainPersons, MatchIou);
        var included = keyframes.Where(keyframe => !excluded.Contains(keyframe.Mention.Keyframe)).ToList();
        var shown = included.Where(keyframe => keyframe.Persons.Count > 0).ToList();
        if (shown.Count == 0)
            throw new DataException(source, 0, $"no person is left: {keyframes.Count} keyframes, {keyframes.Count - included.Count} of them excluded");
        return new AvaDataset
        {
            Labels = labels,
            Items = Items(shown, source, VideosOf(path, root)),
            GroundTruth = new AvaGroundTruth
            {
                Path = path,
                ExcludedPath = excludedPath,
                LabelsPath = labelsPath,
                TrainingPath = DataPath.FromConfig(root, Train),
            },
            ExcludedKeyframes = keyframes.Count - included.Count,
            KeyframesWithoutPerson = included.Count - shown.Count,
            LabelsLeftOut = annotations.LabelsLeftOut,
        };
    }

    /// <summary>The keyframes of both files: those of the ground truth first, each with the detected persons only.</summary>
    private static List<AnnotatedKeyframe> WithDetectedPersons(IReadOnlyList<AnnotatedKeyframe> truth, IReadOnlyList<AnnotatedKeyframe> detected)
    {
        var unseen = detected.ToDictionary(keyframe => keyframe.Mention.Keyframe);
        var both = new List<AnnotatedKeyframe>(Math.Max(truth.Count, detected.Count));
        foreach (var keyframe in truth)
            both.Add(unseen.Remove(keyframe.Mention.Keyframe, out var persons) ? persons : keyframe with { Persons = [] });
        both.AddRange(detected.Where(keyframe => unseen.ContainsKey(keyframe.Mention.Keyframe)));
        return both;
    }

    private List<ClipItem> Items(List<AnnotatedKeyframe> keyframes, string source, string folder)
    {
        var videos = new VideoFolder(folder);
        RequireVideos(keyframes, source, videos, folder);
        var items = new List<ClipItem>(keyframes.Count);
        foreach (var (mention, persons) in keyframes)
        {
            var seconds = mention.Keyframe.Seconds - VideoOffset;
            if (seconds < 0)
            {
                throw new DataException(
                    source, mention.Line, $"timestamp {mention.Timestamp} is before the start of the file, second {VideoOffset} of the movie",
                    "`video_offset` is the second of the movie at which the files start");
            }
            items.Add(new ClipItem
            {
                VideoPath = videos.Find(mention.Keyframe.Video)!,
                Name = mention.Keyframe.Video,
                Timestamp = mention.Timestamp,
                KeyframeSeconds = seconds,
                Target = new BoxTarget(persons),
            });
        }
        return items;
    }

    private static void RequireVideos(List<AnnotatedKeyframe> keyframes, string source, VideoFolder videos, string folder)
    {
        var movies = keyframes.Select(keyframe => keyframe.Mention).DistinctBy(mention => mention.Keyframe.Video).ToList();
        var missing = movies.Where(mention => videos.Find(mention.Keyframe.Video) is null).ToList();
        if (missing.Count == 0) return;
        var first = string.Join(", ", missing.Take(3).Select(mention => $"{mention.Keyframe.Video} (line {mention.Line})"));
        throw new DataException(
            source, missing[0].Line, $"{missing.Count} of {movies.Count} movies are not in {folder}: {first}{(missing.Count > 3 ? ", …" : "")}",
            "files are named <id>.mp4, .mkv, .webm or .avi; `videos` names their folder");
    }

    private string VideosOf(string csv, string root)
    {
        if (Videos is not null) return DataPath.FromConfig(root, Videos);
        var beside = Path.Combine(Path.GetDirectoryName(csv)!, "videos");
        return Directory.Exists(beside) ? beside : DataPath.FromConfig(root, "videos");
    }
}
