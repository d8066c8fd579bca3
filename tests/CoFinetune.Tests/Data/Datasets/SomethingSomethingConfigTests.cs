using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Video;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class SomethingSomethingConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SomethingSomethingConfig _config = new() { Labels = "s/labels.json", Train = "s/train.json", Val = "s/validation.json" };

    public SomethingSomethingConfigTests() => _folder
        .With("s/labels.json", """{"Holding something": "1", "Moving something and something closer to each other": "0"}""")
        .With("s/train.json", """
            [{"id": "78687", "label": "holding potato next to vicks", "template": "Holding [something]", "placeholders": ["potato"]},
             {"id": 42326, "template": "Moving [something] and [something] closer to each other"}]
            """)
        .With("s/validation.json", """[{"id": "5", "template": "Holding something"}]""")
        .With("s/videos/78687.webm").With("s/videos/42326.mp4").With("s/videos/5/000001.jpg").With("s/videos/5/000002.jpg");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_PublishedFiles_MatchesTemplatesWithoutBrackets()
    {
        var train = _config.Open(DataSplit.Train, _folder.Path);
        Assert.Equal([(0, "Moving something and something closer to each other"), (1, "Holding something")], train.Labels.Classes);
        Assert.Equal(["78687 1", "42326 0"], train.Items.Select(item => $"{item.Name} {((ClassTarget)item.Target).Label}"));
        Assert.Equal(_folder.At("s/videos/78687.webm"), train.Items[0].VideoPath);
    }

    [Fact]
    public void Open_FolderOfImages_IsAVideoOfTheConfiguredRate()
    {
        var item = Assert.Single((_config with { FrameRate = 12 }).Open(DataSplit.Validation, _folder.Path).Items);
        Assert.Equal((_folder.At("s/videos/5"), 12), (item.VideoPath, item.FrameRate));
        Assert.Equal((1, 2, 6), (FrameFolder.Open(item.VideoPath).First, FrameFolder.Open(item.VideoPath).Count, FrameFolder.Open(item.VideoPath).Digits));
    }

    [Fact]
    public void Flip_ByDefault_IsOff() => Assert.Equal((0, 0.25), (_config.Flip, (_config with { Flip = 0.25 }).Flip));

    [Fact]
    public void Open_Subset_KeepsItsClipsAndIds()
    {
        var train = (_config with { Subset = ["Holding something"] }).Open(DataSplit.Train, _folder.Path);
        Assert.Equal([(1, "Holding something")], train.Labels.Classes);
        Assert.Equal(new ClassTarget(0), Assert.Single(train.Items).Target);
    }
}
