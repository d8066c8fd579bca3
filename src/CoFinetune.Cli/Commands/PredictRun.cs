using CoFinetune.Cli.Pictures;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Training;
using CoFinetune.Training.Detectors;
using CoFinetune.Training.Prediction;

namespace CoFinetune.Cli.Commands;

/// <summary>The work of <c>predict</c>, one video after the other.</summary>
internal sealed class PredictRun
{
    private const double UsualPersonScore = 0.5;
    private const int CacheMb = 256;

    private readonly Session _session;
    private readonly PredictArguments _asked;
    private readonly LoadedRun _run;
    private readonly PersonDetector? _detector;
    private readonly Dictionary<string, PredictionCsv> _csv;
    private readonly CancellationToken _stop;
    private readonly ProgressLine _progress;
    private readonly VideoPredictor _predictor;
    private readonly Dictionary<string, BoxFile> _boxes;

    private PredictRun(Session session, PredictArguments asked, LoadedRun run, PersonDetector? detector, Dictionary<string, PredictionCsv> csv, CancellationToken stop)
    {
        (_session, _asked, _run, _detector, _csv, _stop) = (session, asked, run, detector, csv, stop);
        (_progress, _predictor) = (new ProgressLine(session), new VideoPredictor(run, asked.Top, asked.Threshold));
        _boxes = asked.Boxes is null ? [] : run.Datasets.Where(DetectsActions).ToDictionary(dataset => dataset.Name, dataset => new BoxFile(asked.Boxes, LeastScore(dataset), asked.Offset));
    }

    /// <summary>Predicts; returns the exit code.</summary>
    public static int Run(Session session, PredictArguments asked)
    {
        if (Mistake(asked) is { } mistake) return Usage(session, mistake.Problem, mistake.Hint);
        var named = NamedCheckpoint.Open(session, asked.Checkpoint, asked.Overrides);
        var detecting = named.Config.Datasets.Where(pair => pair.Value.Data.Task == ClipTask.ActionDetection).Select(pair => pair.Key).ToList();
        if (named.Of(session, asked.Datasets.Length > 0 ? asked.Datasets : detecting) is not var (checkpoint, config)) return ExitCodes.Usage;
        if ((asked.Boxes ?? asked.Detector) is not null && !config.Datasets.Keys.Any(detecting.Contains))
            return Usage(session, $"{(asked.Boxes is not null ? "--boxes" : "--detector")} is for heads that detect actions of persons; {string.Join(", ", config.Datasets.Keys)} {(config.Datasets.Count == 1 ? "scores" : "score")} whole clips", detecting.Count > 0 ? $"--dataset {detecting[0]}" : "the run has none");

        config = config with { Data = config.Data with { CacheMb = Math.Min(config.Data.CacheMb, CacheMb) } };
        var csv = new Dictionary<string, PredictionCsv>();
        try
        {
            if (asked.Predictions is not null)
                foreach (var name in config.Datasets.Keys) csv[name] = Begin(PredictionFile.Of(asked.Predictions, name, several: config.Datasets.Count > 1));
            if (asked.Overlay is not null) Overlay.Require(asked.Overlay);
            using var detector = asked.Detector is null ? null : PersonDetector.Open(asked.Detector, asked.DetectorClass, asked.DetectorThreshold ?? UsualPersonScore);
            using var run = LoadedRun.BuildForVideos(config, checkpoint, session.Time);
            if (run.DecoderNote is { } note) session.Say(note);
            var stop = session.Stop.Begin("stopping");
            var videos = Opened(session, asked, run, stop);
            if (videos is not null && asked.Detector is null && asked.Boxes is null && run.Datasets.Any(DetectsActions))
                session.Say("no --boxes and no --detector: the whole frame is taken for one person");
            return videos is not null ? new PredictRun(session, asked, run, detector, csv, stop).All(videos, checkpoint.Folder, checkpoint.State.Step) : ExitCodes.Data;
        }
        finally
        {
            foreach (var file in csv.Values) file.Dispose();
        }
    }

    private static (string Problem, string? Hint)? Mistake(PredictArguments asked)
    {
        if (asked.Videos.Count == 0) return ("no VIDEO is given", null);
        if (asked.Boxes is not null && asked.Detector is not null) return ("--boxes and --detector both say where persons are", "leave one of them out");
        foreach (var same in asked.Videos.GroupBy(PredictionVideo.NameOf).Where(group => group.Count() > 1))
            return ($"{string.Join(" and ", same)} are both called '{same.Key}', by which predictions tell videos apart", "rename one of them, or predict them one by one");
        return null;
    }

    /// <summary>Opens all videos before the work; says of each that cannot be what is wrong, and returns null then.</summary>
    private static List<PredictionVideo>? Opened(Session session, PredictArguments asked, LoadedRun run, CancellationToken stop)
    {
        var videos = new List<PredictionVideo>();
        foreach (var path in asked.Videos)
        {
            try
            {
                videos.Add(PredictionVideo.Open(path, run.Videos, stop));
            }
            catch (DataException broken)
            {
                Say(session, broken);
            }
        }
        return videos.Count == asked.Videos.Count ? videos : null;
    }

    private static PredictionCsv Begin(string file)
    {
        try
        {
            if (Path.GetDirectoryName(file) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            return new PredictionCsv(file);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--predictions {file}: cannot be written: {cause.Message}", cause);
        }
    }

    private int All(List<PredictionVideo> videos, string checkpoint, long step)
    {
        var done = new List<(PredictionVideo Video, IReadOnlyList<VideoPrediction> Heads, IReadOnlyList<string> Pictures)>();
        foreach (var video in videos)
        {
            try
            {
                var heads = _run.Datasets.Select(dataset => One(dataset, video, only: videos.Count == 1)).ToList();
                if (!_session.Json) PredictionText.Print(_session, video, heads);
                var pictures = _asked.Overlay is null ? [] : Draw(video, heads);
                done.Add((video, heads, pictures));
            }
            catch (DataException broken)
            {
                // Damage in one video is no reason to leave out the others.
                _progress.Clear();
                Say(_session, broken);
            }
        }
        foreach (var file in _csv.Values)
        {
            file.Complete();
            _session.Say($"wrote {file.Path}");
        }
        if (_session.Json) PredictionText.PrintJson(_session, checkpoint, step, done);
        return done.Count == videos.Count ? ExitCodes.Ok : ExitCodes.Data;
    }

    private VideoPrediction One(RunDataset dataset, PredictionVideo video, bool only)
    {
        var csv = _csv.GetValueOrDefault(dataset.Name);
        var prediction = DetectsActions(dataset)
            ? _predictor.Actions(dataset, video, Persons(dataset, video, only), csv, Progress, _stop)
            : _predictor.Clips(dataset, video, _asked.PerSecond, csv, Progress, _stop);
        _progress.Clear();
        return prediction;

        void Progress(int done, int total) => _progress.Show(done, total, () => $"{video.Name}: {dataset.Name}  {done}/{total} clips");
    }

    private VideoPersons Persons(RunDataset dataset, PredictionVideo video, bool only)
    {
        var data = dataset.Block.Data;
        if (_boxes.TryGetValue(dataset.Name, out var file))
        {
            var keyframes = file.Of(video, data, only);
            foreach (var note in keyframes.Notes) _session.Say($"note: {note}");
            return keyframes;
        }
        if (_detector is null) return VideoPersons.EverySecond(video, data, _ => [new PersonBox(VideoPersons.WholeFrame, [], 1)]);
        var (done, total) = (0, video.Seconds(data).Count);
        var found = VideoPersons.EverySecond(video, data, frame =>
        {
            _stop.ThrowIfCancellationRequested();
            var persons = _detector.Find(_run.Videos, video.Path, frame, video.Info, _stop);
            _progress.Show(++done, total, () => $"{video.Name}: looking for persons  {done}/{total} s");
            return persons;
        });
        _progress.Clear();
        return found;
    }

    private IReadOnlyList<string> Draw(PredictionVideo video, IReadOnlyList<VideoPrediction> heads)
    {
        var rate = video.FrameRate(_run.Datasets[0].Block.Data);
        var overlay = new Overlay(video, rate, heads, _run.Videos);
        var pictures = overlay.Write(_asked.Overlay!, _asked.Stills, (done, total, what) => _progress.Show(done, total, () => $"{video.Name}: {what}  {done}/{total}"), _stop);
        _progress.Clear();
        foreach (var picture in pictures.Where(picture => !picture.EndsWith(".png", StringComparison.Ordinal))) _session.Say($"wrote {picture}");
        if (overlay.StillsNote is { } note) _session.Say(note);
        return pictures;
    }

    private double LeastScore(RunDataset dataset) => _asked.DetectorThreshold ?? (dataset.Block.Data is AvaDatasetConfig ava ? ava.BoxThreshold : UsualPersonScore);

    private static bool DetectsActions(RunDataset dataset) => dataset.Block.Data.Task == ClipTask.ActionDetection;

    private static void Say(Session session, DataException broken) =>
        ErrorText.Print(session, new CommandFailure("data", broken.Message, broken.File, broken.Line, Hint: broken.Hint), ExitCodes.Data);

    private static int Usage(Session session, string problem, string? hint)
    {
        ErrorText.Print(session, new CommandFailure("usage", problem, Hint: hint), ExitCodes.Usage);
        return ExitCodes.Usage;
    }
}
