using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary><c>eval</c> of whole clips from the keyboard.</summary>
public sealed class ClipEvalTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Eval_OfWholeClips_HoldsWhatExplainsTheFigures()
    {
        var run = Trained("plain");
        var (json, error) = Eval(run, "--dataset", "kinetics", "--dataset", "ava", "--confusion", world.At("confusion"), "--bootstrap", "20", "evaluate.head_from=2", "evaluate.tail_below=1");
        var kinetics = json.GetProperty("kinetics");
        Assert.Equal((20, 6), (kinetics.GetProperty("resamples").GetInt32(), kinetics.GetProperty("videos").GetInt32()));
        foreach (var metric in new[] { "top1", "top5", "mean_class" })
        {
            var ends = kinetics.GetProperty("intervals").GetProperty(metric);
            Assert.InRange(kinetics.GetProperty(metric).GetDouble(), 0, 1);
            Assert.True(ends[0].GetDouble() <= ends[1].GetDouble());
        }
        // 12 classes leave -log p near log 12 after three steps.
        Assert.InRange(kinetics.GetProperty("nll").GetDouble(), 1.5, 4);
        Assert.Equal(6, kinetics.GetProperty("calibration").EnumerateArray().Sum(bin => bin.GetProperty("clips").GetInt32()));
        var classes = kinetics.GetProperty("classes").EnumerateArray().ToList();
        Assert.Equal(12, classes.Sum(c => c.GetProperty("training").GetInt32()));
        Assert.All(classes.Where(c => c.GetProperty("clips").GetInt32() > 0), c => Assert.InRange(c.GetProperty("ap").GetDouble(), 0, 1));
        Assert.Equal(["head", "mid", "tail"], kinetics.GetProperty("frequency").EnumerateObject().Select(group => group.Name));

        // The matrix is that of the file; its diagonal is top-1.
        var matrix = kinetics.GetProperty("confusion").EnumerateArray().Select(row => row.EnumerateArray().Select(count => count.GetInt32()).ToArray()).ToArray();
        var lines = File.ReadAllLines(world.At("confusion/kinetics_confusion.csv"));
        Assert.Equal(matrix.Select(row => string.Join(',', row)), lines.Skip(1).Select(line => string.Join(',', line.Split(',').Skip(2))));
        Assert.Equal(kinetics.GetProperty("top1").GetDouble(), matrix.Select((row, label) => row[label]).Sum() / 6.0, 12);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(world.At("confusion/kinetics_confusion.png")).Take(4));
        Assert.Contains("ava: no confusion matrix", error, StringComparison.Ordinal);
        Assert.False(File.Exists(world.At("confusion/ava_confusion.csv")));
    }

    [FfmpegFact]
    public void Eval_OfViews_AveragesWhatIsAsked()
    {
        var run = Trained("views");
        string[] views = ["--dataset", "kinetics", "evaluate.views=2", "evaluate.crops=3"];
        var single = Eval(run, "--dataset", "kinetics").Json.GetProperty("kinetics").GetProperty("nll").GetDouble();
        var logits = Eval(run, views).Json.GetProperty("kinetics").GetProperty("nll").GetDouble();
        var probabilities = Eval(run, [.. views, "evaluate.average=probabilities"]).Json.GetProperty("kinetics").GetProperty("nll").GetDouble();
        Assert.NotEqual(single, logits);
        Assert.NotEqual(logits, probabilities);
        Assert.Equal(logits, probabilities, 0.5);
        Assert.Equal(single, Eval(run, "--dataset", "kinetics", "evaluate.average=probabilities").Json.GetProperty("kinetics").GetProperty("nll").GetDouble());
    }

    [FfmpegFact]
    public void Eval_OfSeveralClasses_HasThePrecisionOfEach()
    {
        var several = world.WithSeveralClasses();
        var run = Trained("several", several);
        var moments = Eval(run, "--dataset", "moments", "--bootstrap", "5").Json.GetProperty("moments");
        Assert.InRange(moments.GetProperty("map").GetDouble(), 0, moments.GetProperty("map_interpolated").GetDouble() + 1e-12);
        Assert.Equal(2, moments.GetProperty("intervals").GetProperty("map").GetArrayLength());
        Assert.False(moments.TryGetProperty("confusion", out _));
        Assert.Equal(12, moments.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("training").GetInt32()));
        // Two clips of each class: none is rare, unless limits say so.
        Assert.Empty(moments.GetProperty("frequency").EnumerateObject());
        var (code, text, _) = SmallWorld.Run("eval", run, "--dataset", "moments", "--quiet", "--fail-under", "1", "evaluate.head_from=2", "evaluate.tail_below=1");
        Assert.Equal(moments.GetProperty("map").GetDouble() < 1 ? 9 : 0, code);
        Assert.Contains("group", text, StringComparison.Ordinal);
    }

    private string Trained(string name, params string[] overrides)
    {
        var run = world.At(name);
        var (code, _, error) = SmallWorld.Run(["train", world.Config, "--run-dir", run, "--quiet", "steps=3", "schedule={type: constant}", "optimizer.lr=1e-2", "evaluate.every=null", .. overrides]);
        Assert.True(code == 0, error);
        return run;
    }

    private static (JsonElement Json, string Error) Eval(string run, params string[] arguments)
    {
        var (code, output, error) = SmallWorld.Run(["eval", run, "--json", .. arguments]);
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        return (json.RootElement.GetProperty("datasets").Clone(), error);
    }
}
