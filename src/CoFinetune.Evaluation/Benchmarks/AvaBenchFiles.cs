using System.Globalization;
using CoFinetune.Data.Sampling;

namespace CoFinetune.Evaluation.Benchmarks;

/// <summary>Made-up files of AVA's form and size to measure an evaluation on: 60 classes, every detected person with a score for each of
/// them.</summary>
/// <remarks>The rarer a class, the fewer boxes it has, as in AVA; persons carry 2.2 actions on average, 2.73 of them stand in a keyframe. Scores
/// are higher where the person does the action, by a margin that differs from class to class, and have six digits.</remarks>
public sealed class AvaBenchFiles
{
    private const int Classes = 60;
    private const double ActionsPerPerson = 2.2;
    private static readonly double[] Shares = MakeShares();
    private readonly ulong _seed;

    /// <summary>Writes the files into <paramref name="folder"/>.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="videos">Number of movies.</param>
    /// <param name="keyframes">Annotated seconds of each.</param>
    /// <param name="seed">What they depend on.</param>
    public AvaBenchFiles(string folder, int videos, int keyframes, ulong seed)
    {
        _seed = seed;
        GroundTruthPath = Path.Combine(folder, "groundtruth.csv");
        PredictionsPath = Path.Combine(folder, "predictions.csv");
        LabelsPath = Path.Combine(folder, "labels.pbtxt");
        File.WriteAllLines(LabelsPath, Enumerable.Range(1, Classes).Select(id =>
            $"label {{ name: \"action {id}\" label_id: {id} label_type: {(id <= 14 ? "PERSON_MOVEMENT" : id <= 45 ? "OBJECT_MANIPULATION" : "PERSON_INTERACTION")} }}"));
        using var truth = new StreamWriter(GroundTruthPath) { NewLine = "\n" };
        using var predictions = new StreamWriter(PredictionsPath) { NewLine = "\n" };
        for (var video = 0; video < videos; video++)
            for (var second = 0; second < keyframes; second++) WriteKeyframe(truth, predictions, video, second);
    }

    /// <summary>The ground truth.</summary>
    public string GroundTruthPath { get; }

    /// <summary>The predictions.</summary>
    public string PredictionsPath { get; }

    /// <summary>The label map, with the group of every class.</summary>
    public string LabelsPath { get; }

    private void WriteKeyframe(StreamWriter truth, StreamWriter predictions, int video, int second)
    {
        var random = new KeyedRandom(KeyedHash.Derive(_seed, (ulong)video, (ulong)second));
        var place = string.Create(CultureInfo.InvariantCulture, $"movie{video:000000},{902 + second:0000},");
        var persons = 1 + (int)(random.NextDouble() * random.NextDouble() * 8.8);            // 2.73 on average, 9 at most
        for (var person = 0; person < persons; person++)
        {
            double left = random.NextDouble(0, 0.6), top = random.NextDouble(0, 0.4), width = random.NextDouble(0.1, 0.4), height = random.NextDouble(0.3, 0.6);
            // The detector's box is a little off, and does not always reach an IoU of 0.5.
            var off = random.NextDouble(-0.25, 0.25);
            var annotated = string.Create(CultureInfo.InvariantCulture, $"{place}{left:0.000},{top:0.000},{left + width:0.000},{top + height:0.000},");
            left = Math.Clamp(left + off * width, 0, 1 - width);
            var detected = string.Create(CultureInfo.InvariantCulture, $"{place}{left:0.000},{top:0.000},{left + width:0.000},{top + height:0.000},");
            for (var id = 1; id <= Classes; id++)
            {
                var isDone = random.NextDouble() < Shares[id - 1];
                if (isDone) truth.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{annotated}{id},{person}"));
                var logit = Math.Log(Shares[id - 1]) + (2 * (random.NextDouble() + random.NextDouble() - 1)) + (isDone ? 0.2 + (id % 7 * 0.3) : 0);
                predictions.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{detected}{id},{1 / (1 + Math.Exp(-logit)):0.000000}"));
            }
        }
    }

    /// <summary>How likely a person does each action: falling like 1/(k+2) along the ids, as AVA's counts do.</summary>
    private static double[] MakeShares()
    {
        var weights = Enumerable.Range(0, Classes).Select(k => 1.0 / (k + 2)).ToArray();
        return [.. weights.Select(weight => Math.Min(0.9, ActionsPerPerson * weight / weights.Sum()))];
    }
}
