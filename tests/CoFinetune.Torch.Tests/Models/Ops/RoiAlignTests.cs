using CoFinetune.Models.Ops;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Ops;

public class RoiAlignTests
{
    [GoldenFact("roi_align")]
    public void Apply_AllSettings_EqualTorchvision()
    {
        var files = Directory.GetFiles(GoldenFolder.PathOf("roi_align"), "*aligned_*.safetensors");
        Assert.Equal(24, files.Length);
        foreach (var file in files) Compare(file);
    }

    private static void Compare(string path)
    {
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        var features = file.Read("features").requires_grad_();
        var output = file.Read("output");
        var align = new RoiAlign(
            (int)output.size(2), (int)output.size(3), int.Parse(file.Metadata["sampling_ratio"]), bool.Parse(file.Metadata["aligned"]));
        var scale = double.Parse(file.Metadata["spatial_scale"]);
        var (boxes, order) = Boxes(file.Read(file.Metadata["boxes_for_the_call"]), (int)features.size(0));

        var pooled = align.Apply(features.permute(0, 2, 3, 1), boxes, scale, scale).permute(0, 3, 1, 2)[order];
        pooled.mul(file.Read("weight")).sum().backward();

        TensorAssert.Close(output, pooled, 1e-5, path);
        TensorAssert.Close(file.Read("grad_features"), features.grad!, 1e-5, path);
    }

    /// <summary>Boxes grouped by image, and where each of the file's rows went.</summary>
    private static (RoiBoxes Boxes, Tensor Order) Boxes(Tensor rows, int images)
    {
        var values = rows.data<float>().ToArray();
        var byImage = Enumerable.Range(0, values.Length / 5).OrderBy(row => values[5 * row]).ToArray();
        var counts = Enumerable.Range(0, images).Select(image => byImage.Count(row => (int)values[5 * row] == image));
        var places = byImage.Select((row, place) => (row, place)).OrderBy(pair => pair.row).Select(pair => (long)pair.place);
        return (new RoiBoxes([.. byImage.SelectMany(row => values[(5 * row + 1)..(5 * row + 5)])], [.. counts]), tensor(places.ToArray()));
    }

    [Fact]
    public void Apply_WholeFrameOfOneBinPerCell_ReturnsTheMap()
    {
        using var scope = NewDisposeScope();
        var map = arange(2 * 3 * 4 * 1, float32).reshape(2, 3, 4, 1);

        var pooled = new RoiAlign(3, 4, samplingRatio: 0, aligned: true).Apply(map, new RoiBoxes([0, 0, 1, 1], [0, 1]), scaleX: 4, scaleY: 3);

        TensorAssert.Close(map[1].unsqueeze(0), pooled, 1e-6);
    }

    [Fact]
    public void Apply_BoxFarLargerThanTheMap_TakesNoLongerThanTheMapIsLarge()
    {
        using var scope = NewDisposeScope();
        var map = ones(1, 4, 4, 1);

        var pooled = new RoiAlign(7, 7, samplingRatio: 0, aligned: true).Apply(map, new RoiBoxes([-1e9f, -1e9f, 1e9f, 1e9f], [1]), 4, 4);

        Assert.True(pooled.isfinite().all().item<bool>());
        Assert.InRange(pooled.max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void Apply_NoBoxes_IsEmptyWithGradientZero()
    {
        using var scope = NewDisposeScope();
        var map = ones(2, 4, 4, 3).requires_grad_();

        var pooled = new RoiAlign(7, 7, samplingRatio: 0, aligned: true).Apply(map, new RoiBoxes([], [0, 0]), 4, 4);
        pooled.sum().backward();

        Assert.Equal([0, 7, 7, 3], pooled.shape);
        Assert.Equal(0, map.grad!.abs().max().item<float>());
    }

    [Fact]
    public void RoiBoxes_CountsOrNumbersThatCannotBe_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new RoiBoxes([0, 0, 1, 1], [2]));
        Assert.Throws<ArgumentException>(() => new RoiBoxes([0, 0, 1, 1], [-1, 2]));
        Assert.Throws<ArgumentException>(() => new RoiBoxes([0, 0, 1, float.NaN], [1]));
        Assert.Throws<ArgumentException>(() => new RoiBoxes([0, 0, 1, float.PositiveInfinity], [1]));
        Assert.Equal(1, new RoiBoxes([0, 0, 1, 1], [0, 1, 0]).Total);
    }
}
