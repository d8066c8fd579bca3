using System.Globalization;
using System.Text;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training;

public sealed class EvaluationLoopTests(SmallWorld world) : IClassFixture<SmallWorld>
{
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
