using System.Text.Json;
using CoFinetune.Data.Transforms;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Transforms;

public sealed class FrameResizerTests
{
    [GoldenFact]
    public void Apply_GoldenSizes_RoundsTorchsAntialiasedBilinear()
    {
        var file = File.ReadAllBytes(Golden.PathOf("image_ops/resize_natural_37x29.safetensors"));
        using var header = JsonDocument.Parse(file.AsMemory(8, (int)BitConverter.ToInt64(file)));
        var input = Bytes(file, header.RootElement.GetProperty("input"));
        var from = new FrameSize(29, 37);
        var sizes = 0;
        foreach (var expected in header.RootElement.EnumerateObject().Where(entry => entry.Name.StartsWith("torch_antialias_", StringComparison.Ordinal)))
        {
            var shape = expected.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()).ToArray();
            var size = expected.Name["torch_antialias_".Length..].Split('_')[^1].Split('x');
            var to = new FrameSize(int.Parse(size[0]), int.Parse(size[1]));
            var planar = shape[^1] != 3;
            var values = Bytes(file, expected.Value);
            var actual = new byte[to.Bytes];
            new FrameResizer(from, to, 0, 0, to).Apply(input, actual);
            for (var i = 0; i < actual.Length; i++)
            {
                var at = planar ? i % 3 * to.Height * to.Width + i / 3 : i;
                Assert.InRange(actual[i] - BitConverter.ToSingle(values, at * 4), -0.501, 0.501);
            }
            sizes++;
        }
        Assert.True(sizes >= 4);
    }

    [Fact]
    public void Apply_AWindow_IsThatPartOfTheWhole()
    {
        var (from, to, window) = (new FrameSize(20, 30), new FrameSize(16, 25), new FrameSize(9, 11));
        var frame = new byte[from.Bytes];
        for (var i = 0; i < frame.Length; i++) frame[i] = (byte)(i * 37 % 251);
        var whole = new byte[to.Bytes];
        var part = new byte[window.Bytes];
        new FrameResizer(from, to, 0, 0, to).Apply(frame, whole);
        new FrameResizer(from, to, 5, 12, window).Apply(frame, part);
        for (var y = 0; y < 9; y++)
            Assert.Equal(whole.AsSpan(((y + 5) * 25 + 12) * 3, 33), part.AsSpan(y * 33, 33));
    }

    [Fact]
    public void Apply_HalfSize_WeighsByHand()
    {
        // One row 0, 100, 200, 40 to two pixels: triangle of half width 2 around 1 and 3, weights 3/4 1 3/4.. cut at the border:
        // pixel 0: centers .5, 1.5, 2.5 -> .75, .75, .25, of 1.75: (75 + 50) / 1.75 = 71.4; pixel 1: .25, .75, .75: (25 + 150 + 30) / 1.75 = 117.1
        byte[] frame = [0, 0, 0, 100, 100, 100, 200, 200, 200, 40, 40, 40];
        var pixels = new byte[6];
        new FrameResizer(new(1, 4), new(1, 2), 0, 0, new(1, 2)).Apply(frame, pixels);
        Assert.Equal(new byte[] { 71, 71, 71, 117, 117, 117 }, pixels);
    }

    private static byte[] Bytes(byte[] file, JsonElement entry)
    {
        var data = 8 + (int)BitConverter.ToInt64(file);
        var offsets = entry.GetProperty("data_offsets");
        return file[(data + offsets[0].GetInt32())..(data + offsets[1].GetInt32())];
    }
}
