using CoFinetune.Config;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary><c>type: ava</c>: person-level actions at keyframes, in the published files of AVA 2.1 and 2.2, AVA-Kinetics, or any set in their
/// layout.</summary>
/// <remarks>
/// Training takes the ground truth boxes with their actions, or detected ones that match them (<see cref="TrainPersons"/>). Validation scores the
/// boxes of <see cref="Boxes"/>, at every keyframe that these or the ground truth name; without such a file, the ground truth boxes. Keyframes of a
/// video that is there in pieces called <c>{id}_{start}_{end}</c>, as Kinetics' clips are, are found in the piece that shows them.
/// </remarks>
public sealed record AvaDatasetConfig : DatasetConfig
{
    /// <inheritdoc/>
    public override ClipTask Task => ClipTask.ActionDetection;

    /// <summary>The training split's ground truth csv.</summary>
    public required string Train { get; init; }

    /// <summary>The validation split's ground truth csv.</summary>
    public required string Val { get; init; }

    /// <summary>AVA-Kinetics: the ground truth of the Kinetics part of the training split, <c>kinetics_train_v1.0.csv</c>.</summary>
    public string? KineticsTrain { get; init; }

    /// <summary>AVA-Kinetics: the same for validation; without it AVA's part alone is scored.</summary>
    public string? KineticsVal { get; init; }

    /// <summary>The folder of the Kinetics clips; by default they are looked for among <see cref="Videos"/>.</summary>
    public string? KineticsVideos { get; init; }

    /// <summary>The label map (pbtxt): the classes of the head, in its order, and those that are scored.</summary>
    public required string Labels { get; init; }

    /// <summary>What to do about training rows whose action <see cref="Labels"/> does not list, as 20 of AVA's 80 are not in its list of
    /// 60. Scoring always leaves such rows out.</summary>
    public LabelsOutsideMap LabelsOutsideMap { get; init; } = LabelsOutsideMap.Error;

    /// <summary>Excluded timestamps of the training split.</summary>
    public string? ExcludeTrain { get; init; }

    /// <summary>Excluded timestamps of the validation split.</summary>
    public string? ExcludeVal { get; init; }

    /// <summary>Detected persons of the validation split: csv, COCO json, or mmaction2's pickle.</summary>
    public string? Boxes { get; init; }

    /// <summary>The COCO json whose <c>images</c> explain the image ids of <see cref="Boxes"/>, where that is a list of detections.</summary>
    public string? BoxImages { get; init; }

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

    /// <summary>The folder of the movies, each named by its id (a file, or a folder of images); by default <c>videos</c> beside the csv, or
    /// else in the data root.</summary>
    public string? Videos { get; init; }

    /// <summary>What to do about annotated videos that are not there. Where they are skipped in validation, their ground truth still
    /// counts.</summary>
    public MissingVideos Missing { get; init; } = MissingVideos.Error;

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
        var training = split == DataSplit.Train;
        var path = DataPath.FromConfig(root, training ? Train : Val);
        var kineticsPath = Optional(root, training ? KineticsTrain : KineticsVal);
        var labelsPath = DataPath.FromConfig(root, Labels);
        var all = LabelMapFile.Read(labelsPath);
        var labels = all.Subset(Subset, labelsPath);
        // Of the actions outside of a subset, only those that the whole map does not list can be a mistake.
        var parts = new List<AvaAnnotations>();
        foreach (var file in new[] { path, kineticsPath }.OfType<string>())
        {
            if (Subset is not null && training && LabelsOutsideMap == LabelsOutsideMap.Error) AvaAnnotations.Read(file, all, LabelsOutsideMap.Error, labelsPath);
            parts.Add(AvaAnnotations.Read(file, labels, training && Subset is null ? LabelsOutsideMap : LabelsOutsideMap.Skip, labelsPath));
        }
        var annotated = parts.SelectMany(part => part.Keyframes).ToList();
        var excludedPath = Optional(root, training ? ExcludeTrain : ExcludeVal);
        var excluded = excludedPath is null ? new HashSet<Keyframe>() : AvaExcludedTimestamps.Read(excludedPath);

        var source = path;
        if (!training && Boxes is not null)
        {
            source = DataPath.FromConfig(root, Boxes);
            annotated = WithDetectedPersons(annotated, AvaPersonBoxes.Read(source, BoxThreshold, Optional(root, BoxImages)));
        }
        if (training && TrainPersons != TrainPersons.Truth)
            annotated = [.. PersonMatching.Choose(annotated, AvaPersonBoxes.Read(DataPath.FromConfig(root, TrainBoxes!), BoxThreshold, Optional(root, BoxImages)), TrainPersons, MatchIou)];
        var included = annotated.Where(keyframe => !excluded.Contains(keyframe.Mention.Keyframe)).ToList();
        var shown = included.Where(keyframe => keyframe.Persons.Count > 0).ToList();
        if (shown.Count == 0)
            throw new DataException(source, 0, $"no person is left: {annotated.Count} keyframes, {annotated.Count - included.Count} of them excluded");
        var items = Items(shown, source, new AvaVideos(VideosOf(path, root), Optional(root, KineticsVideos), VideoOffset), out var missing);
        return new AvaDataset
        {
            Labels = labels,
            Items = items,
            GroundTruth = new AvaGroundTruth
            {
                Path = path,
                KineticsPath = kineticsPath,
                ExcludedPath = excludedPath,
                LabelsPath = labelsPath,
                TrainingPaths = [.. new[] { DataPath.FromConfig(root, Train), Optional(root, KineticsTrain) }.OfType<string>()],
            },
            ExcludedKeyframes = annotated.Count - included.Count,
            KeyframesWithoutPerson = included.Count - shown.Count,
            LabelsLeftOut = parts.Sum(part => part.LabelsLeftOut),
            BoxesClamped = parts.Sum(part => part.BoxesClamped),
            MissingVideos = missing,
        };
    }

    /// <inheritdoc/>
    public override LabelMap ReadLabels(string root)
    {
        var path = DataPath.FromConfig(root, Labels);
        return LabelMapFile.Read(path).Subset(Subset, path);
    }

    /// <summary>The keyframes of both files: those of the ground truth first, each with the detected persons only.</summary>
    private static List<AnnotatedKeyframe> WithDetectedPersons(List<AnnotatedKeyframe> truth, IReadOnlyList<AnnotatedKeyframe> detected)
    {
        var unseen = detected.ToDictionary(keyframe => keyframe.Mention.Keyframe);
        var both = new List<AnnotatedKeyframe>(Math.Max(truth.Count, detected.Count));
        foreach (var keyframe in truth)
            both.Add(unseen.Remove(keyframe.Mention.Keyframe, out var persons) ? persons : keyframe with { Persons = [] });
        both.AddRange(detected.Where(keyframe => unseen.ContainsKey(keyframe.Mention.Keyframe)));
        return both;
    }

    private List<ClipItem> Items(List<AnnotatedKeyframe> keyframes, string source, AvaVideos videos, out int missing)
    {
        var absent = keyframes.Select(keyframe => keyframe.Mention).Where(mention => !videos.Find(mention.Keyframe).Exists).ToList();
        missing = absent.Count;
        if (missing > 0 && !KeepsMissing && (Missing == MissingVideos.Error || missing == keyframes.Count)) throw NotThere(keyframes, absent, source, videos.Folders);
        var items = new List<ClipItem>(keyframes.Count);
        foreach (var (mention, persons) in keyframes)
        {
            var (video, seconds, exists) = videos.Find(mention.Keyframe);
            if (!exists && !KeepsMissing) continue;
            if (seconds < 0)
            {
                throw new DataException(
                    source, mention.Line, $"timestamp {mention.Timestamp} is before the start of the file, second {VideoOffset} of the movie",
                    "`video_offset` is the second of the movie at which the files start");
            }
            items.Add(new ClipItem
            {
                VideoPath = video,
                Name = mention.Keyframe.Video,
                Timestamp = mention.Timestamp,
                KeyframeSeconds = seconds,
                FrameRate = VideoFolder.IsFrames(video) ? FrameRate : null,
                Target = new BoxTarget(persons),
            });
        }
        return items;
    }

    private static DataException NotThere(List<AnnotatedKeyframe> keyframes, List<KeyframeMention> absent, string source, string folders)
    {
        var movies = keyframes.DistinctBy(keyframe => keyframe.Mention.Keyframe.Video).Count();
        var missing = absent.DistinctBy(mention => mention.Keyframe.Video).ToList();
        var first = string.Join(", ", missing.Take(3).Select(mention => $"{mention.Keyframe.Video} (line {mention.Line})"));
        return new DataException(
            source, missing[0].Line, $"{missing.Count} of {movies} movies are not in {folders}: {first}{(missing.Count > 3 ? ", …" : "")}",
            "files are named <id>.mp4, .mkv, .webm or .avi, or <id>_<start>_<end> for pieces; `videos` names their folder, `missing: skip` goes on without them");
    }

    private string VideosOf(string csv, string root)
    {
        if (Videos is not null) return DataPath.FromConfig(root, Videos);
        var beside = Path.Combine(Path.GetDirectoryName(csv)!, "videos");
        return Directory.Exists(beside) ? beside : DataPath.FromConfig(root, "videos");
    }

    private static string? Optional(string root, string? configured) => configured is null ? null : DataPath.FromConfig(root, configured);
}
