using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;

namespace CoFinetune.Training.Prediction;

/// <summary>What the model sees in videos from elsewhere, through the very clips that validation would take of them.</summary>
/// <param name="run">The model.</param>
/// <param name="top">Most classes that are kept for a subject.</param>
/// <param name="threshold">Least score of a class that is kept.</param>
public sealed class VideoPredictor(LoadedRun run, int top, double threshold)
{
    private readonly ValidationPass _pass = new(run);

    /// <summary>Predicts the actions of persons.</summary>
    /// <param name="dataset">A dataset of the run that detects actions.</param>
    /// <param name="video">The video.</param>
    /// <param name="keyframes">Its persons.</param>
    /// <param name="csv">Takes every score; null for none.</param>
    /// <param name="progress">Told how many clips are done and how many there are.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DataException">The video cannot be decoded.</exception>
    /// <exception cref="DivergedException">A score is not finite.</exception>
    public VideoPrediction Actions(RunDataset dataset, PredictionVideo video, VideoPersons keyframes, PredictionCsv? csv, Action<int, int> progress, CancellationToken stop)
    {
        var items = keyframes.Persons.Where(keyframe => keyframe.Boxes.Count > 0).Select(keyframe => Item(dataset, video, new BoxTarget(keyframe.Boxes)) with
        {
            Name = keyframes.Name,
            Timestamp = keyframe.Timestamp,
            KeyframeSeconds = keyframe.Seconds,
        });
        return new(video, dataset.Name, ClipTask.ActionDetection, Predict(dataset, [.. items], csv, progress, stop), keyframes.Persons.Count);
    }

    /// <summary>Predicts the classes of whole clips: of the whole video, its test views averaged, or of the clip around every second.</summary>
    /// <param name="dataset">A dataset of the run whose clips have classes.</param>
    /// <param name="video">The video.</param>
    /// <param name="perSecond">Whether every second is a clip of its own.</param>
    /// <param name="csv">Takes every score; null for none.</param>
    /// <param name="progress">Told how many clips are done and how many there are.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DataException">The video cannot be decoded.</exception>
    /// <exception cref="DivergedException">A score is not finite.</exception>
    public VideoPrediction Clips(RunDataset dataset, PredictionVideo video, bool perSecond, PredictionCsv? csv, Action<int, int> progress, CancellationToken stop)
    {
        var data = dataset.Block.Data;
        var whole = Item(dataset, video, data.Task == ClipTask.MultiLabel ? new ClassesTarget([]) : new ClassTarget(0));
        ClipItem[] items = perSecond ? [.. video.Seconds(data).Select(second => whole with { Timestamp = $"{second}", KeyframeSeconds = second })] : [whole];
        // The clip around a second is one; its crops are the run's.
        if (perSecond) dataset = dataset with { Block = dataset.Block with { Views = 1 } };
        return new(video, dataset.Name, data.Task, Predict(dataset, items, csv, progress, stop), items.Length);
    }

    private static ClipItem Item(RunDataset dataset, PredictionVideo video, ClipTarget target) => new()
    {
        VideoPath = video.Path,
        Name = video.Name,
        FrameRate = video.IsFrames ? dataset.Block.Data.FrameRate : null,
        Target = target,
    };

    private List<PredictedMoment> Predict(RunDataset dataset, ClipItem[] items, PredictionCsv? csv, Action<int, int> progress, CancellationToken stop)
    {
        var moments = new List<PredictedMoment>(items.Length);
        if (items.Length == 0) return moments;
        var classes = dataset.Labels.Count;
        _pass.Run(dataset with { Validation = new VideoClips(dataset.Block.Data.Task, dataset.Labels, items) }, Take, progress, stop);
        return moments;

        void Take(IReadOnlyList<ClipSample> samples, float[] scores)
        {
            if (scores.Any(score => !float.IsFinite(score))) throw new DivergedException($"{dataset.Name}: a score of {samples[0].Source.Name} is not finite");
            csv?.Add(dataset, samples, scores);
            var row = 0;
            foreach (var sample in samples)
            {
                var subjects = sample.Source.Target is BoxTarget persons
                    ? persons.Boxes.Select(person => new PredictedSubject(person.Box, person.Score, Best(dataset, scores.AsSpan(row++ * classes, classes)))).ToList()
                    : [new PredictedSubject(null, 1, Best(dataset, scores.AsSpan(row++ * classes, classes)))];
                moments.Add(new(sample.Source.Timestamp, sample.Source.KeyframeSeconds, subjects));
            }
        }
    }

    private List<ClassScore> Best(RunDataset dataset, ReadOnlySpan<float> scores)
    {
        var best = BestClasses.Of(scores, top);
        var values = new float[best.Length];
        if (dataset.Block.Data.Task == ClipTask.Classification) values = BestClasses.Probabilities(scores, best);
        else for (var i = 0; i < best.Length; i++) values[i] = scores[best[i]];
        return [.. best.Zip(values).Where(pair => pair.Second >= threshold).Select(pair => new ClassScore(dataset.Labels.Classes[pair.First].Id, dataset.Labels.Classes[pair.First].Name, pair.Second))];
    }
}
