using System.Text.Json;
using CoFinetune.Evaluation;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

public sealed class TrainTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Train_OnThreeDatasets_ScoresSavesAndCanBeEvaluatedAgain()
    {
        var run = world.At("whole");
        var (code, output, error) = SmallWorld.Run("train", world.Config, "--run-dir", run, "--json", "evaluate.start=true");
        Assert.True(code == 0, error);
        using var summary = JsonDocument.Parse(output);
        Assert.Equal(6, summary.RootElement.GetProperty("step").GetInt64());
        var last = summary.RootElement.GetProperty("last");
        foreach (var metric in new[] { "kinetics.top1", "moments.top5", "ava.map" }) Assert.InRange(last.GetProperty(metric).GetDouble(), 0, 1);

        var losses = File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(row => row.TryGetProperty("loss/ava", out _)).Select(row => row.GetProperty("loss/ava").GetDouble()).ToList();
        Assert.Equal(6, losses.Count);
        Assert.True(losses[^1] < losses[0], string.Join(' ', losses));

        var (evalCode, evalOutput, evalError) = SmallWorld.Run("eval", Path.Combine(run, "checkpoints", "step-000006"), "--json", "--predictions", world.At("predictions"));
        Assert.True(evalCode == 0, evalError);
        using var evaluation = JsonDocument.Parse(evalOutput);
        var map = evaluation.RootElement.GetProperty("datasets").GetProperty("ava").GetProperty("map").GetDouble();
        Assert.Equal(last.GetProperty("ava.map").GetDouble(), map, 1e-12);

        // The predictions on disk score the same without a model.
        var ava = Path.Combine(world.World, "ava");
        var (scoreCode, scoreOutput, scoreError) = SmallWorld.Run(
            "score", "--json", "--groundtruth", Path.Combine(ava, "ava_val.csv"), "--labels", Path.Combine(ava, "ava_action_list.pbtxt"),
            "--exclude", Path.Combine(ava, "ava_val_excluded_timestamps.csv"), "--predictions", Path.Combine(world.At("predictions"), "ava.csv"));
        Assert.True(scoreCode == 0, scoreError);
        using var score = JsonDocument.Parse(scoreOutput);
        Assert.Equal(map, score.RootElement.GetProperty("map").GetDouble(), 1e-12);
    }

    [FfmpegFact]
    public void Eval_OfDetection_ReportsGroupsHeadTailAndIntervals_AndHoldsItsLimit()
    {
        var run = world.At("detailed");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=1", "evaluate.every=null").ExitCode);
        var (code, output, error) = SmallWorld.Run("eval", run, "--dataset", "ava", "--json", "--bootstrap", "50", "evaluate={head_from: 6, tail_below: 3}");
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        var ava = json.RootElement.GetProperty("datasets").GetProperty("ava");
        Assert.Equal(50, ava.GetProperty("resamples").GetInt32());
        Assert.Equal(2, ava.GetProperty("interval").GetArrayLength());
        Assert.Equal((6, 3), (ava.GetProperty("head_from").GetInt32(), ava.GetProperty("tail_below").GetInt32()));
        // The counts are those of the training file's seventh column.
        var counts = File.ReadLines(Path.Combine(world.World, "ava", "ava_train.csv")).Select(line => line.Split(',')).Where(row => row.Length > 6)
            .CountBy(row => int.Parse(row[6])).ToDictionary();
        Assert.All(ava.GetProperty("classes").EnumerateArray(), c =>
        {
            var count = counts.GetValueOrDefault(c.GetProperty("id").GetInt32());
            Assert.Equal(count, c.GetProperty("training").GetInt32());
            if (c.GetProperty("groundtruth").GetInt32() > 0) Assert.Equal(count >= 6 ? "head" : count < 3 ? "tail" : "mid", c.GetProperty("frequency").GetString());
            Assert.Contains(c.GetProperty("group").GetString(), new[] { "pose", "object", "person" });
        });

        (code, output, error) = SmallWorld.Run("eval", run, "--dataset", "ava", "--fail-under", "1", "datasets.ava.data.train=ava/absent.csv");
        Assert.Equal(9, code);
        Assert.Contains("below --fail-under 1", error, StringComparison.Ordinal);
        Assert.Contains("no figures of head, mid and tail", error, StringComparison.Ordinal);
        Assert.Contains("frame-mAP@0.5", output, StringComparison.Ordinal);
        Assert.Equal(3, SmallWorld.Run("eval", run, "evaluate.head_from=6").ExitCode);
        Assert.Equal(3, SmallWorld.Run("eval", run, "evaluate={head_from: 6, tail_below: 7}").ExitCode);
    }

    [FfmpegFact]
    public void Train_WithAnyNumberOfWorkers_LearnsTheSameWeights()
    {
        Assert.Equal(WeightsOf("one-worker", "data.workers=1", "data.cache_mb=0"), WeightsOf("three-workers", "data.workers=3"));
    }

    [FfmpegFact]
    public void Train_Weighted_GivesEachDatasetItsBudget()
    {
        var run = world.At("weighted");
        var (code, _, error) = SmallWorld.Run(
            "train", world.Config, "--run-dir", run, "mixture={type: weighted, batch: 3}", "optimizer={type: sgd, lr: 0.01}", "steps=8",
            "datasets.ava.share=4", "datasets.kinetics.share=3", "datasets.moments.share=1");
        Assert.True(code == 0, error);
        var rows = File.ReadLines(Path.Combine(run, "metrics.jsonl")).ToList();
        Assert.Equal(4, rows.Count(row => row.Contains("loss/ava", StringComparison.Ordinal)));
        Assert.Equal(3, rows.Count(row => row.Contains("loss/kinetics", StringComparison.Ordinal)));
        Assert.Equal(1, rows.Count(row => row.Contains("loss/moments", StringComparison.Ordinal)));
    }

    [FfmpegFact]
    public void Train_FromAnotherRun_TakesTrunkAndHeads()
    {
        var first = world.At("pretrained");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", first, "--quiet").ExitCode);
        var (code, _, error) = SmallWorld.Run("train", world.Config, $"init={first}", "~datasets.moments", "steps=1", "--run-dir", world.At("finetuned"));
        Assert.True(code == 0, error);
        Assert.Matches(@"taken +2  heads\.kinetics", error);
        Assert.Matches(@"unused +2  heads\.moments", error);
    }

    [FfmpegFact]
    public void Train_InAFolderOfAnyName_CanBeStartedAgainByItsCommand()
    {
        var run = world.At("ein Lauf's ü 走 $x");
        string[] arguments = ["train", world.Config, "--run-dir", run, "--quiet", "steps=1", "mixture={type: mixed, batch: 3}", "~data"];
        var (code, _, error) = SmallWorld.Run(arguments);
        Assert.True(code == 0, error);
        Assert.True(Directory.Exists(Path.Combine(run, "checkpoints", "step-000001")));
        var command = Assert.Single(File.ReadAllLines(Path.Combine(run, "command.txt")));
        if (Shell.Words(command) is { } words) Assert.Equal(arguments, words[^arguments.Length..]);
    }

    [FfmpegFact]
    public void Train_Diverged_NamesTheCheckpointsToGoBackTo()
    {
        var run = world.At("diverged");
        string[] settings = ["checkpoint.every=1", "checkpoint.best=null", "log_every=100", "evaluate.every=null", "steps=40", "--quiet"];
        var (code, _, error) = SmallWorld.Run(["train", world.Config, "--run-dir", run, "optimizer={type: sgd, lr: 300, momentum: 0.9}", .. settings]);
        Assert.Equal(7, code);
        var ways = error.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).ToList();
        Assert.Contains("diverged in the next step", ways[0], StringComparison.Ordinal);
        Assert.Matches(@"step-0+\d+: loss \d\.\d\de\+\d+ in step \d+", ways[^1]);

        var sound = ways[^1].Trim().Split(": ")[0];
        var (again, _, problem) = SmallWorld.Run(["train", world.Config, "--resume", sound, "optimizer={type: sgd, lr: 0.001, momentum: 0.9}", .. settings]);
        Assert.True(again == 0, problem);
        Assert.True(Directory.Exists(Path.Combine(run, "checkpoints", "step-000040")));
    }

    [FfmpegFact]
    public void Train_LastSaveFails_IsTriedOnceAndSaysSo()
    {
        var directory = RunDirectory.CreateAt(world.At("full"));
        Directory.Delete(directory.Checkpoints);
        File.WriteAllText(directory.Checkpoints, "in the way");
        using var run = LoadedRun.Build(RunFile.Load(world.Config, ["steps=2", "evaluate.every=null", "checkpoint.every=1"]).Value, training: true, checkpoint: null, TimeProvider.System);
        var seen = new Notes();
        using var trainer = new Trainer(run, directory, "", seen, TimeProvider.System);
        Assert.Throws<CheckpointException>(() => trainer.Train(null, default));
        Assert.Equal([true, false], seen.Where(note => note.StartsWith("not saved", StringComparison.Ordinal)).Select(note => note.EndsWith("at the next occasion", StringComparison.Ordinal)));
    }

    [FfmpegFact]
    public void Eval_OfOneDataset_NeedsNoOther()
    {
        var run = world.At("eval-one");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=1", "checkpoint.best=null").ExitCode);
        var root = Directory.CreateDirectory(world.At("only-ava")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(root, "ava"), Path.Combine(world.World, "ava"));
        var (code, output, error) = SmallWorld.Run("eval", run, "--dataset", "ava", "--json", $"data_root={root}");
        Assert.True(code == 0, error);
        Assert.Equal(output, SmallWorld.Run("eval", run, "--dataset", "ava", "--json").Out);
        Assert.Equal(4, SmallWorld.Run("eval", run, $"data_root={root}").ExitCode);
    }

    [FfmpegFact]
    public void Eval_PredictionsThatCannotBeWritten_FailsBeforeTheWork()
    {
        var run = world.At("eval-nowhere");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=1", "checkpoint.best=null").ExitCode);
        var (code, output, error) = SmallWorld.Run("eval", run, "--predictions", $"{world.Config}/below.csv");
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"error: --predictions {world.Config}/below.csv/kinetics.csv: cannot be written", error, StringComparison.Ordinal);
    }

    private string WeightsOf(string name, params string[] changes)
    {
        var run = world.At(name);
        var (code, _, error) = SmallWorld.Run(["train", world.Config, "--run-dir", run, "--quiet", .. changes]);
        Assert.True(code == 0, error);
        return Weights.Of(run, 6);
    }

    private sealed class Notes : List<string>, ITrainingObserver
    {
        public void Note(string message) => Add(message);

        public void Step(StepReport report)
        {
        }

        public void Evaluating(string dataset, int done, int total)
        {
        }

        public void Evaluated(long step, IReadOnlyList<KeyValuePair<string, double>> metrics, IReadOnlyDictionary<string, EvaluationReport> reports)
        {
        }

        public void Saved(long step, string folder)
        {
        }
    }
}
