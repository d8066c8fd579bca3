using CoFinetune.Config;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;
using Xunit;

namespace CoFinetune.Torch.Tests.Training;

public sealed class RunLengthTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private static readonly string Ava = Path.Combine(RepositoryFolder.Path, "configs", "ava_k700_mit.yaml");

    [Theory]
    [InlineData("the run says neither steps nor epochs", "~steps")]
    [InlineData("the run says both steps and epochs", "epochs={count: 30, of: ava}")]
    [InlineData("the run trains on several datasets", "~steps", "epochs=30")]
    [InlineData("the run trains on no dataset called 'ssv2'", "~steps", "epochs={count: 30, of: ssv2}")]
    [InlineData("the run trains on no dataset called 'ava'", "~steps", "epochs={count: 30, of: ava}", "datasets.ava.share=0")]
    [InlineData("of above 0 and at most 1000000", "~steps", "epochs=0")]
    public void Load_LengthThatSaysNothing_IsOneError(string expected, params string[] changes)
    {
        var error = Assert.Single(Assert.Throws<ConfigException>(() => RunFile.Load(Ava, changes)).Errors);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Place);
    }

    [Theory]
    [InlineData("mixture={type: mixed, batch: 64}")]
    [InlineData("mixture={type: weighted, batch: 64}", "datasets.ava.share=0.01")]
    public void ConfigCheck_Epochs_NeedsNoData(params string[] changes)
    {
        var (code, output, error) = SmallWorld.Run(["config", "check", Ava, "~steps", "epochs={count: 2.5, of: ava}", .. changes]);
        Assert.True(code == 0, error);
        Assert.Contains("epochs: 2.5", output, StringComparison.Ordinal);
        var yaml = ConfigWriter.ToYaml(RunFile.Load(Ava, ["~steps", "epochs={count: 2.5, of: ava}", .. changes]).Value, RunKinds.Table);
        using var folder = new TemporaryFolder();
        Assert.Equal(yaml, ConfigWriter.ToYaml(RunFile.Load(folder.Write("again.yaml", yaml), []).Value, RunKinds.Table));
    }

    [FfmpegFact]
    public void Resolve_EachMixture_CountsTheStepsOfTheEpochs()
    {
        // 12 training clips of kinetics; its share is a quarter.
        Assert.Equal(24, Steps("{count: 3, of: kinetics}", "mixture={type: mixed, batch: 6}"));            // 36 clips at 1.5 a step
        Assert.Equal(36, Steps("{count: 3, of: kinetics}", "mixture={type: weighted, batch: 4}"));         // 9 steps of 4
        Assert.Equal(27, Steps("{count: 3, of: kinetics}", "mixture={type: alternating, batch: 4}"));
        Assert.Equal(8, Steps("{count: 2.5, of: kinetics}", "mixture={type: accumulate, batch: 4}"));      // the last batch is half of it
        Assert.Equal(7, Steps("{count: 1.1, of: kinetics}", "mixture={type: accumulate, batch: 2}"));       // 13.2 clips are 14
        Assert.Equal(4, Steps("1", "mixture={type: mixed, batch: 3}", "datasets.moments.share=0", "datasets.ava.share=0"));
    }

    [FfmpegFact]
    public void Resolve_StepsThatCannotBe_PointsAtTheEpochs()
    {
        var few = Assert.Throws<ConfigException>(() => Steps("{count: 1, of: kinetics}", "mixture={type: weighted, batch: 12}", "datasets.kinetics.share=1000"));
        Assert.Contains("less than one of the", few.Message, StringComparison.Ordinal);
        var many = Assert.Throws<ConfigException>(() => Steps("{count: 1000000, of: kinetics}", "mixture={type: mixed, batch: 1}", "datasets.kinetics.share=0.001"));
        Assert.Contains("more than 2147483647 steps", many.Message, StringComparison.Ordinal);
        Assert.NotNull(many.Errors[0].Place);
    }

    [FfmpegFact]
    public void Train_InEpochs_WritesItsStepsAndGoesOnWithThem()
    {
        var run = world.At("epochs");
        string[] train = ["train", world.Config, "--run-dir", run, "~steps", "epochs={count: 1, of: moments}", "mixture={type: weighted, batch: 6}", "evaluate.every=null"];
        var (code, _, error) = SmallWorld.Run(train);
        Assert.True(code == 0, error);
        Assert.Contains("steps: 4, for 1 x 6 training entries of moments", error, StringComparison.Ordinal);
        foreach (var file in new[] { Path.Combine(run, "config.yaml"), Path.Combine(run, "checkpoints", "step-000004", Checkpoint.ConfigFile) })
        {
            var config = RunFile.Load(file, []).Value;
            Assert.Equal((4L, null), (config.Steps, config.Epochs));
        }
        Assert.Contains("\"steps\": \"argument 2\"", File.ReadAllText(Path.Combine(run, "config.origin.json")), StringComparison.Ordinal);

        (code, _, error) = SmallWorld.Run(train);
        Assert.True(code == 0, error);
        Assert.DoesNotContain("changed since the checkpoint", error, StringComparison.Ordinal);
        (code, _, error) = SmallWorld.Run("eval", Path.Combine(run, "checkpoints", "last"));
        Assert.True(code == 0, error);
        (code, _, error) = SmallWorld.Run(
            "data", "show", world.Config, "~steps", "epochs={count: 1, of: moments}", "mixture={type: weighted, batch: 6}", "--output", world.At("sheet.png"));
        Assert.True(code == 0, error);
    }

    private long Steps(string epochs, params string[] changes)
    {
        var note = "";
        var resolved = RunLength.Resolve(RunFile.Load(world.Config, ["~steps", $"epochs={epochs}", .. changes]), text => note = text).Value;
        Assert.Null(resolved.Epochs);
        Assert.Contains("x 12 training entries of kinetics", note, StringComparison.Ordinal);
        return resolved.Steps;
    }
}
