using CoFinetune.Config;
using CoFinetune.Data.Datasets;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using Xunit;

namespace CoFinetune.Torch.Tests.Training;

public sealed class AugmentSettingsTests
{
    private static readonly string Ava = Path.Combine(RepositoryFolder.Path, "configs", "ava_k700_mit.yaml");

    [Theory]
    [InlineData("datasets.ava.mixup=0.3", "mixup is for whole clips")]
    [InlineData("datasets.ava.label_smoothing=0.1", "label smoothing is for whole clips")]
    [InlineData("datasets.ava.views=2", "a keyframe is tested in one view")]
    [InlineData("datasets.ava.crops=3", "tested on whole frames")]
    [InlineData("datasets.ava.data.test_side=256", "whole frames whose short side is clip.size")]
    [InlineData("datasets.ava.data.train_persons=both", "detected persons come from a file")]
    [InlineData("datasets.moments.data.box_extension=[0.1, 0.05]", "whole clips have no boxes")]
    [InlineData("datasets.moments.data.augment={box_jitter: [0.2, 0.1, 0.1, 0.05]}", "whole clips have no boxes")]
    [InlineData("datasets.moments.data.augment={scale: [1.33, 0.9]}", "the smallest and the largest factor")]
    [InlineData("datasets.moments.data.augment={colour: 0.8}", "unknown key 'colour'")]
    [InlineData("datasets.moments.data.augment={color: 1.5}", "from 0 to 1")]
    [InlineData("datasets.moments.data.augment={rand_augment: {layers: 0}}", "from 1 to 16")]
    [InlineData("datasets.moments.data.jitter=[1.2, 256]", "two multiples of clip.size or two numbers of pixels")]
    [InlineData("datasets.moments.data.jitter=[200, 256]", "does not fit into a short side of 200")]
    [InlineData("datasets.moments.data.test_side=200", "does not fit into a short side of 200")]
    [InlineData("datasets.moments.data.test_side=6", "a multiple of clip.size or pixels")]
    [InlineData("evaluate.crops=0", "from 1 to 9")]
    public void Load_WhatCannotBe_IsSaidAtItsPlace(string change, string expected)
    {
        var error = Assert.Throws<ConfigException>(() => RunFile.Load(Ava, [change]));
        Assert.Contains(error.Errors, e => e.Message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_Stretch_HasNothingToScaleAndNoCrops()
    {
        const string Stretch = "datasets.moments.data.fit=stretch";
        var error = Assert.Throws<ConfigException>(() => RunFile.Load(Ava, [Stretch, "datasets.moments.data.augment={scale: [0.9, 1.33]}"]));
        Assert.Contains(error.Errors, e => e.Message.Contains("nothing to scale", StringComparison.Ordinal));
        error = Assert.Throws<ConfigException>(() => RunFile.Load(Ava, [Stretch, "~datasets.moments.data.augment", "datasets.moments.crops=3"]));
        Assert.Contains(error.Errors, e => e.Message.Contains("one crop", StringComparison.Ordinal));
    }

    [Fact]
    public void ViewsOf_EachKindOfSet_TakesWhatMakesSense()
    {
        var config = RunFile.Load(Ava, ["evaluate.views=4", "evaluate.crops=3", "datasets.moments.crops=1", "datasets.kinetics700.data.fit=stretch", "~datasets.kinetics700.data.augment"]).Value;
        Assert.Equal((1, 1), config.Evaluate.ViewsOf(config.Datasets["ava"]));
        Assert.Equal((4, 1), config.Evaluate.ViewsOf(config.Datasets["moments"]));
        Assert.Equal((4, 1), config.Evaluate.ViewsOf(config.Datasets["kinetics700"]));
    }

    [Fact]
    public void ToYaml_Settings_ReadBackTheSame()
    {
        string[] changes =
        [
            "datasets.moments.data.augment={rand_augment: {layers: 2, magnitude: 20}, color: 0.8, grey: 0.1, scale: [0.9, 1.33]}", "datasets.moments.mixup=0.3",
            "datasets.ava.data.train_persons=both", "datasets.ava.data.train_boxes=b.csv", "datasets.ava.data.augment={box_jitter: [0.2, 0.1, 0.1, 0.05]}",
        ];
        var yaml = ConfigWriter.ToYaml(RunFile.Load(Ava, changes).Value, RunKinds.Table);
        using var folder = new TemporaryFolder();
        var again = RunFile.Load(folder.Write("again.yaml", yaml), []).Value;
        Assert.Equal(yaml, ConfigWriter.ToYaml(again, RunKinds.Table));
        Assert.Equal(20, again.Datasets["moments"].Data.Augment.RandAugment!.Magnitude);
        Assert.Equal(TrainPersons.Both, ((AvaDatasetConfig)again.Datasets["ava"].Data).TrainPersons);
    }
}
