using System.Globalization;
using CoFinetune.Data.Transforms;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Transforms;

/// <summary>Every pixel of PIL's and torchvision's results, or of their rules written independently.</summary>
public sealed class ImageOperationGoldenTests
{
    private static readonly string[] Images = ["natural_37x29", "dark_20x11", "constant_16x12", "full_range_16x16"];

    private static readonly Dictionary<string, Action<byte[], FrameSize, float>> Operations = new()
    {
        ["AutoContrast"] = (clip, _, _) => LevelTables.AutoContrast(clip).Apply(clip),
        ["Equalize"] = (clip, _, _) => LevelTables.Equalize(clip).Apply(clip),
        ["Invert"] = (clip, _, _) => LevelTables.Invert.Apply(clip),
        ["Posterize"] = (clip, _, bits) => LevelTables.Posterize((int)bits).Apply(clip),
        ["Solarize"] = (clip, _, threshold) => LevelTables.Solarize((int)threshold).Apply(clip),
        ["SolarizeAdd"] = (clip, _, addition) => LevelTables.SolarizeAdd((int)addition, 128).Apply(clip),
        ["Color"] = (clip, _, factor) => PixelFilters.Color(clip, factor),
        ["Contrast"] = (clip, _, factor) => LevelTables.Contrast(clip, factor).Apply(clip),
        ["Brightness"] = (clip, _, factor) => LevelTables.Blend(0, factor).Apply(clip),
        ["Sharpness"] = (clip, frame, factor) => PixelFilters.Sharpness(clip, frame, factor),
    };

    public static TheoryData<string, string> PilCases()
    {
        var cases = new TheoryData<string, string>();
        string[] names =
        [
            "AutoContrast", "Equalize", "Invert", "Posterize_1", "Posterize_4", "Solarize_0", "Solarize_128", "SolarizeAdd_110_128",
            .. from operation in new[] { "Color", "Contrast", "Brightness", "Sharpness" } from factor in new[] { "0", "0.5", "1", "1.9" } select $"{operation}_{factor}",
        ];
        foreach (var image in Images)
            foreach (var name in names) cases.Add(image, name);
        return cases;
    }

    [GoldenTheory]
    [MemberData(nameof(PilCases))]
    public void Pil_EveryOperation_IsEqualInEveryPixel(string image, string operation)
    {
        var golden = new GoldenTensors($"image_ops/pil_{image}.safetensors");
        var clip = golden.Bytes("input");
        var frame = new FrameSize(golden.Shape("input")[0], golden.Shape("input")[1]);
        var words = operation.Split('_');
        Operations[words[0]](clip, frame, words.Length > 1 ? float.Parse(words[1], CultureInfo.InvariantCulture) : 0);
        Assert.Equal(golden.Bytes(operation), clip);
    }

    [GoldenTheory]
    [MemberData(nameof(PilCases))]
    public void Pil_TwoEqualFrames_ChangeAlike(string image, string operation)
    {
        // Twice the same frame has the levels of one; only Equalize counts pixels, and its steps round differently.
        if (operation == "Equalize") return;
        var golden = new GoldenTensors($"image_ops/pil_{image}.safetensors");
        byte[] clip = [.. golden.Bytes("input"), .. golden.Bytes("input")];
        var frame = new FrameSize(golden.Shape("input")[0], golden.Shape("input")[1]);
        var words = operation.Split('_');
        Operations[words[0]](clip, frame, words.Length > 1 ? float.Parse(words[1], CultureInfo.InvariantCulture) : 0);
        Assert.Equal(golden.Bytes(operation), clip[..frame.Bytes]);
        Assert.Equal(golden.Bytes(operation), clip[frame.Bytes..]);
    }

    [GoldenTheory]
    [InlineData("natural_37x29")]
    [InlineData("dark_20x11")]
    [InlineData("constant_16x12")]
    [InlineData("full_range_16x16")]
    public void Pil_SumOfGrey_IsThatOfItsGreyImage(string image)
    {
        var golden = new GoldenTensors($"image_ops/pil_{image}.safetensors");
        Assert.Equal(golden.Bytes("grey_L").Sum(level => (long)level), PixelFilters.SumOfGrey(golden.Bytes("input")));
    }

    [GoldenTheory]
    [InlineData("saturation_0", 0, 1, 0)]
    [InlineData("saturation_0.5", 0.5, 1, 0)]
    [InlineData("saturation_1.7", 1.7, 1, 0)]
    [InlineData("contrast_0", 1, 0, 0)]
    [InlineData("contrast_0.5", 1, 0.5, 0)]
    [InlineData("contrast_1.7", 1, 1.7, 0)]
    [InlineData("hue_-0.5", 1, 1, -0.5)]
    [InlineData("hue_-0.1", 1, 1, -0.1)]
    [InlineData("hue_0.08", 1, 1, 0.08)]
    [InlineData("hue_0.25", 1, 1, 0.25)]
    [InlineData("hue_0.5", 1, 1, 0.5)]
    public void ColorJitter_EachPart_RoundsTorchvisions(string name, float saturation, float contrast, float hue)
    {
        var golden = new GoldenTensors("image_ops/float_colour.safetensors");
        foreach (var image in new[] { "natural_37x29", "dark_20x11" })
        {
            var (clip, frame) = Input(golden, image);
            new ColorJitter(0, saturation, contrast, hue).Apply(clip, frame);
            AssertRounded(golden.Floats($"{image}.{name}"), clip, frame);
        }
    }

    [GoldenFact]
    public void RemoveColor_RoundsTorchvisions()
    {
        var golden = new GoldenTensors("image_ops/float_colour.safetensors");
        foreach (var image in new[] { "natural_37x29", "dark_20x11" })
        {
            var (clip, frame) = Input(golden, image);
            ColorJitter.RemoveColor(clip);
            var grey = golden.Floats($"{image}.grayscale");
            AssertRounded([.. grey, .. grey, .. grey], clip, frame);
        }
    }

    private static (byte[] Clip, FrameSize Frame) Input(GoldenTensors golden, string image)
    {
        var shape = golden.Shape($"{image}.input_chw");
        var frame = new FrameSize(shape[1], shape[2]);
        var planes = golden.Floats($"{image}.input_chw");
        var clip = new byte[frame.Bytes];
        for (var i = 0; i < clip.Length; i++) clip[i] = (byte)MathF.Round(planes[i % 3 * frame.Height * frame.Width + i / 3] * 255);
        return (clip, frame);
    }

    private static void AssertRounded(float[] expected, byte[] clip, FrameSize frame)
    {
        for (var i = 0; i < clip.Length; i++)
            Assert.InRange(clip[i] - expected[i % 3 * frame.Height * frame.Width + i / 3] * 255, -0.502, 0.502);
    }
}
