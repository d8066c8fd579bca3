using System.Globalization;
using System.Text;
using CoFinetune.Evaluation;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training;

public sealed class EvaluationLoopTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Score_Detection_HasHeadMidAndTailWithIntervals()
    {
        using var scope = NewDisposeScope();
        var report = Score([]);
        Assert.Equal(["map", "map_head", "map_mid", "map_tail"], report.Metrics.Select(metric => metric.Key));
        // The mean over all classes is the mean of the thirds, each by its number of classes.
        var thirds = report.Score.Frequency;
        Assert.Equal(report.Metrics["map"], thirds.Sum(group => group.Map!.Value * group.Classes) / thirds.Sum(group => group.Classes), 1e-12);
        Assert.Equal(report.Metrics["map_tail"], thirds[2].Map);
        Assert.Equal(1000, report.Score.Bootstrap!.Replicates.Count);
        Assert.Null(Score(["evaluate.bootstrap=0"]).Score.Bootstrap);
    }

    [FfmpegFact]
    public void Score_TrainingAnnotationsAreGone_SaysSoAndScores()
    {
        using var scope = NewDisposeScope();
        var notes = new List<string>();
        var report = Score(["datasets.ava.data.train=gone.csv"], notes.Add);
        Assert.Equal(["map"], report.Metrics.Select(metric => metric.Key));
        Assert.Contains("ava: no figures of head, mid and tail", Assert.Single(notes), StringComparison.Ordinal);
    }

    private DetectionReport Score(string[] changes, Action<string>? note = null)
    {
        var config = RunFile.Load(world.Config, ["~datasets.kinetics", "~datasets.moments", "checkpoint.best=null", .. changes]).Value;
        using var run = LoadedRun.Build(config, training: false, checkpoint: null, TimeProvider.System);
        Heads.Randomise(run, 20);
        return Assert.IsType<DetectionReport>(new EvaluationLoop(run, note).Score(Assert.Single(run.Datasets), (_, _) => { }, default));
    }

    [FfmpegFact]
    public void Score_SeveralClassesInTwoViews_TakesTheSigmoidOfTheMeanLogit()
    {
        var config = RunFile.Load(world.Config, ["~datasets.kinetics", "~datasets.ava", world.WithSeveralClasses(), "evaluate.views=2", "checkpoint.best=null"]).Value;
        using var scope = NewDisposeScope();
        using var run = LoadedRun.Build(config, training: false, checkpoint: null, TimeProvider.System);
        Heads.Randomise(run, 20);
        var dataset = Assert.Single(run.Datasets);
        var classes = dataset.Labels.Count;

        double[] logits;
        using (no_grad())
        using (var loader = run.ValidationBatches(dataset, default))
        using (var batch = loader.Next(default)!)
        {
            Assert.Equal(2 * dataset.Validation.Items.Count, batch.Samples.Count);
            run.Model.eval();
            logits = [.. run.Model.forward(run.Clips.UploadNormalised(batch), [ModelSlices.Of(batch, batch.Slices[0])])[0].data<float>().Select(logit => (double)logit)];
        }
        var pairs = Enumerable.Range(0, dataset.Validation.Items.Count * classes)
            .Select(i => (First: logits[i / classes * 2 * classes + i % classes], Second: logits[(i / classes * 2 + 1) * classes + i % classes])).ToList();

        using var written = new MemoryStream();
        new EvaluationLoop(run).Score(dataset, (_, _) => { }, default).WritePredictions(written);
        var scores = Encoding.UTF8.GetString(written.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .SelectMany(line => line.Split(',').TakeLast(classes)).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(pairs.Count, scores.Count);
        Assert.All(pairs.Zip(scores), pair => Assert.Equal(Sigmoid((pair.First.First + pair.First.Second) / 2), pair.Second, 1e-5));
        // The views differ so much that the mean of their probabilities is another score.
        Assert.Contains(pairs.Zip(scores), pair => Math.Abs((Sigmoid(pair.First.First) + Sigmoid(pair.First.Second)) / 2 - pair.Second) > 0.1);

        static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
    }
}
