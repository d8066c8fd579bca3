using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

public sealed class AugmentedRunTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private static readonly string[] Augmented =
    [
        "datasets.kinetics.data.augment={scale: [0.9, 1.33], color: 0.8, grey: 0.1}", "datasets.kinetics.data.jitter=[1.14, 1.14]",
        "datasets.moments.data.augment={rand_augment: {layers: 2, magnitude: 10}}", "datasets.moments.mixup=0.3", "datasets.kinetics.mixup=0.2",
        "datasets.ava.data.augment={box_jitter: [0.2, 0.1, 0.1, 0.05], color: 0.5}", "datasets.ava.data.box_extension=[0.1, 0.05]",
    ];

    [FfmpegFact]
    public void Train_Augmented_LearnsTheSameWithAnyNumberOfWorkersAndAfterAResume()
    {
        var whole = WeightsOf("whole", "data.workers=3");
        Assert.Equal(whole, WeightsOf("one-worker", "data.workers=1", "data.cache_mb=0"));
        Assert.NotEqual(whole, WeightsOf("other-mixup", "datasets.moments.mixup=1"));

        var early = Path.Combine(world.At("whole"), "checkpoints", "step-000004");
        var (code, _, error) = SmallWorld.Run(["train", world.Config, "--resume", early, "--quiet", .. Augmented]);
        Assert.True(code == 0, error);
        Assert.Equal(whole, Weights.Of(world.At("whole"), 6));
    }

    [FfmpegFact]
    public void Eval_ViewsAndCrops_ScoreEachVideoOnceInBatchesOfAnySize()
    {
        var run = world.At("views");
        Assert.Equal(0, SmallWorld.Run("train", world.Config, "--run-dir", run, "--quiet", "steps=6", "optimizer.lr=0.01").ExitCode);
        var single = Eval("single");
        Assert.Equal(single, Eval("stated", "evaluate.views=1", "evaluate.crops=1"));
        var many = Eval("many", "evaluate.views=3", "evaluate.crops=2", "evaluate.batch=32", "datasets.kinetics.data.test_side=1.5");
        Assert.NotEqual(single, many);
        Assert.Equal(7, many.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);                       // a header and 6 videos
        Assert.Equal(Names(single), Names(many));
        var small = Eval("small", "evaluate.views=3", "evaluate.crops=2", "evaluate.batch=5", "datasets.kinetics.data.test_side=1.5");
        Assert.Equal(Names(many), Names(small));

        string Eval(string name, params string[] changes)
        {
            var file = world.At(name + ".csv");
            var (code, _, error) = SmallWorld.Run(["eval", run, "--dataset", "kinetics", "--predictions", file, .. changes]);
            Assert.True(code == 0, error);
            return File.ReadAllText(file);
        }

        static IEnumerable<string> Names(string csv) => csv.Split('\n').Select(line => line.Split(',')[0]);
    }

    [FfmpegFact]
    public void Show_TheRun_DrawsItsClips()
    {
        var sheet = world.At("sheets/sheet.png");
        var (code, output, error) = SmallWorld.Run(["data", "show", world.Config, "--count", "2", "--output", sheet, "--json", .. Augmented]);
        Assert.True(code == 0, error);
        using var summary = JsonDocument.Parse(output);
        var clips = summary.RootElement.GetProperty("clips").EnumerateArray().Select(clip => clip.GetProperty("dataset").GetString());
        Assert.Equal(["kinetics", "kinetics", "moments", "moments", "ava", "ava"], clips);
        Assert.Equal(0x89, File.ReadAllBytes(sheet)[0]);

        var again = world.At("again.png");
        Assert.Equal(0, SmallWorld.Run(["data", "show", world.Config, "--count", "2", "--output", again, .. Augmented]).ExitCode);
        Assert.Equal(File.ReadAllBytes(sheet), File.ReadAllBytes(again));

        Assert.Equal(0, SmallWorld.Run("data", "show", world.Config, "--dataset", "ava", "--split", "val", "--output", world.At("val.png")).ExitCode);
        Assert.Equal(2, SmallWorld.Run("data", "show", world.Config, "--dataset", "avb", "--output", again).ExitCode);
        Assert.Equal(2, SmallWorld.Run("data", "show", world.Config, "--count", "0", "--output", again).ExitCode);
    }

    private string WeightsOf(string name, params string[] changes)
    {
        var run = world.At(name);
        var (code, _, error) = SmallWorld.Run(["train", world.Config, "--run-dir", run, "--quiet", .. Augmented, .. changes]);
        Assert.True(code == 0, error);
        return Weights.Of(run, 6);
    }
}
