using CoFinetune.Config;
using Xunit;

namespace CoFinetune.Tests.Config;

public sealed class ConfigValuesTests
{
    private const string Text =
        """
        seed: 0
        data_root: "."
        clip: { frames: 8, stride: 2 }
        datasets:
          ava.x: { train: a.csv, share: 1.0, lr_scale: 0.5 }
        optimizer: { type: sgd, lr: 0.001, momentum: 0.5 }
        jitter: [1.0, 1.25]
        tags: ["a b", c]
        views: [{ frames: 4 }]
        best: null
        from_another_version: { depth: 3, nothing: {} }
        """;

    [Fact]
    public void Read_GivesEveryValueItsPath()
    {
        using var folder = new ConfigFolder();
        Assert.Equal(
            [
                "seed=0", "data_root=.", "clip.frames=8", "clip.stride=2", "datasets.ava.x.train=a.csv", "datasets.ava.x.share=1.0", "datasets.ava.x.lr_scale=0.5", "optimizer.type=sgd",
                "optimizer.lr=0.001", "optimizer.momentum=0.5", "jitter=[1.0, 1.25]", "tags=[a b, c]", "views.0.frames=4", "best=null", "from_another_version.depth=3", "from_another_version.nothing={}",
            ],
            ConfigValues.Read(folder.Write("run.yaml", Text)).Select(value => $"{value.Key}={value.Value}"));
    }

    [Fact]
    public void Changed_LeavesOutDefaultsOfTheKindThatIsThere()
    {
        using var folder = new ConfigFolder();
        Assert.Equal(
            ["clip.frames", "clip.stride", "datasets.ava.x.train", "datasets.ava.x.lr_scale", "optimizer.type", "optimizer.momentum", "tags", "views.0.frames", "from_another_version.depth", "from_another_version.nothing"],
            ConfigValues.Changed(ConfigValues.Read(folder.Write("run.yaml", Text)), typeof(SampleRun), ConfigFolder.Kinds).Select(value => value.Key));
    }

    [Fact]
    public void Read_OfNoMap_Throws()
    {
        using var folder = new ConfigFolder();
        Assert.Throws<ConfigException>(() => ConfigValues.Read(folder.Write("run.yaml", "a: [1\n")));
        Assert.Throws<ConfigException>(() => ConfigValues.Read(folder.PathOf("none.yaml")));
    }
}
