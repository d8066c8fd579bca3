using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Tests.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

public sealed class CocoPersonBoxesTests : IDisposable
{
    private const string Images = """
        "images": [
        {"id": 10902, "movie": "-5KQ66BBWC4", "timestamp": 902, "width": 400, "height": 200, "annotations": {}},
        {"id": "x", "file_name": "trainval/1j20qq1JyX4/0903.jpg", "width": 100, "height": 100}]
        """;

    private const string Detections = """
        [{"image_id": 10902, "bbox": [100, 50, 200, 100], "score": 0.9, "category_id": 1},
         {"image_id": 10902, "bbox": [100, 50, 200, 100], "score": 0.95, "keypoints": [1, [2, {"a": 3}]]},
         {"image_id": 10902, "bbox": [0, 0, 400, 200], "score": 0.99, "category_id": 17},
         {"image_id": "x", "bbox": [0, 0, 50, 100.05], "score": 0.7}]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ListWithImages_GivesFractionsOfThePicture() => AsExpected(AvaPersonBoxes.Read(
        _folder.With("boxes.json", Detections).At("boxes.json"), 0.8, _folder.With("gt.json", "{" + Images + "}").At("gt.json")));

    [Fact]
    public void Read_WholeFile_FindsImagesBeforeOrAfter()
    {
        AsExpected(AvaPersonBoxes.Read(_folder.With("a.json", "\uFEFF{" + Images + ", \"annotations\": " + Detections + "}").At("a.json"), 0.8));
        AsExpected(AvaPersonBoxes.Read(_folder.With("b.json", "{\"annotations\": " + Detections + ", " + Images + "}").At("b.json"), 0.8));
    }

    [Fact]
    public void Read_ListAlone_SaysWhatIsMissing()
    {
        var error = Assert.Throws<DataException>(() => AvaPersonBoxes.Read(_folder.With("boxes.json", Detections).At("boxes.json"), 0.8));
        Assert.Contains("box_images", error.Hint, StringComparison.Ordinal);
    }

    private static void AsExpected(IReadOnlyList<AnnotatedKeyframe> keyframes)
    {
        Assert.Equal(["-5KQ66BBWC4,0902", "1j20qq1JyX4,0903"], keyframes.Select(keyframe => keyframe.Mention.Keyframe.ToString()));
        var person = Assert.Single(keyframes[0].Persons);
        Assert.Equal((new Box(0.25f, 0.25f, 0.75f, 0.75f), 0.95f), (person.Box, person.Score));
        Assert.Empty(keyframes[1].Persons);
    }
}
