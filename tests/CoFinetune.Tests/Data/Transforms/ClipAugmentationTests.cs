using CoFinetune.Data;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Transforms;
using Xunit;

namespace CoFinetune.Tests.Data.Transforms;

public sealed class ClipAugmentationTests
{
    private static readonly FrameSize Frame = new(13, 17);

    private static readonly AugmentConfig All = new() { Color = 1, Grey = 0.2, RandAugment = new() { Layers = 2, Magnitude = 9 } };

    [Fact]
    public void Apply_Defaults_ChangeNothing()
    {
        var clip = Clip();
        for (ulong seed = 0; seed < 50; seed++) ClipAugmentation.Apply(clip, Frame, new AugmentConfig(), new KeyedRandom(seed));
        Assert.Equal(Clip(), clip);
    }

    [Fact]
    public void Apply_SameDraw_GivesTheSameBytes()
    {
        for (ulong seed = 0; seed < 50; seed++) Assert.Equal(Augmented(All, seed), Augmented(All, seed));
        Assert.True(Enumerable.Range(0, 50).Select(seed => Convert.ToBase64String(Augmented(All, (ulong)seed))).Distinct().Count() >= 48);
    }

    [Fact]
    public void Apply_AnyDraw_ChangesAllFramesAlike()
    {
        for (ulong seed = 0; seed < 300; seed++)
        {
            var clip = Augmented(All, seed);
            Assert.Equal(clip[..Frame.Bytes], clip[Frame.Bytes..]);
        }
    }

    [Fact]
    public void Apply_Probabilities_HoldInTheLongRun()
    {
        const int Draws = 4000;
        int colored = 0, grey = 0;
        var config = new AugmentConfig { Color = 0.8, Grey = 0.1 };
        for (ulong seed = 0; seed < Draws; seed++)
        {
            var clip = Augmented(config, seed);
            if (IsGrey(clip)) grey++;
            else if (!clip.SequenceEqual(Clip())) colored++;
        }
        // Four standard deviations: 4 sqrt(p (1 - p) / 4000).
        Assert.Equal(0.1, grey / (double)Draws, 0.019);
        Assert.Equal(0.8 * 0.9, colored / (double)Draws, 0.029);
    }

    [Fact]
    public void Apply_ASetting_LeavesTheDrawsOfOthersAlone()
    {
        // With and without RandAugment the same clips turn grey.
        for (ulong seed = 0; seed < 100; seed++)
        {
            var plain = new AugmentConfig { Grey = 0.5 };
            Assert.Equal(IsGrey(Augmented(plain, seed)), IsGrey(Augmented(plain with { RandAugment = new() { Magnitude = 0, Layers = 1 }, Color = 1 }, seed)));
        }
    }

    [Fact]
    public void RandAugment_EachOperation_ComesAsOftenAsAnother()
    {
        const int Draws = 6000;
        var seen = new Dictionary<string, int>();
        var cut = 0;
        for (ulong seed = 0; seed < Draws; seed++)
        {
            var clip = Clip();
            RandAugment.Apply(clip, Frame, new() { Layers = 1, Magnitude = 4 }, new KeyedRandom(seed));
            if (clip.Count(level => level == 128) > clip.Length * 3 / 4) cut++;
            else seen[Convert.ToBase64String(clip)] = seen.GetValueOrDefault(Convert.ToBase64String(clip)) + 1;
        }
        // Eleven results that do not depend on a place, the clip itself among them, and the squares: 1/12 each.
        Assert.Equal(11, seen.Count);
        Assert.Contains(Convert.ToBase64String(Clip()), seen.Keys);
        Assert.All(seen.Values.Append(cut), count => Assert.Equal(1 / 12.0, count / (double)Draws, 0.0145));
    }

    [Fact]
    public void RandAugment_Strengths_AreTensorFlows()
    {
        // One layer at magnitude 5: posterize keeps 2 bits, solarize starts at 128, solarize-add adds 55, factors are 1.
        var results = Results(5);
        Assert.Contains(Convert.ToBase64String([.. Clip().Select(x => (byte)(x & 0xC0))]), results);
        Assert.Contains(Convert.ToBase64String([.. Clip().Select(x => x < 128 ? x : (byte)(255 - x))]), results);
        Assert.Contains(Convert.ToBase64String([.. Clip().Select(x => x < 128 ? (byte)(x + 55) : x)]), results);
        // At 10 the factor is 1.9: brightness.
        Assert.Contains(Convert.ToBase64String([.. Clip().Select(x => (byte)Math.Min(255, (int)(1.9f * x)))]), Results(10));
        // At 20, Scenic's for Something-Something, 8 bits and a threshold of 512 leave the clip as it is.
        Assert.True(Results(20).Count > 0);

        static HashSet<string> Results(double magnitude)
        {
            var results = new HashSet<string>();
            for (ulong seed = 0; seed < 400; seed++)
            {
                var clip = Clip();
                RandAugment.Apply(clip, Frame, new() { Layers = 1, Magnitude = magnitude }, new KeyedRandom(seed));
                results.Add(Convert.ToBase64String(clip));
            }
            return results;
        }
    }

    [Fact]
    public void Cutout_NearACorner_FillsWhatLiesInTheFrame()
    {
        var clip = new byte[2 * 7 * 9 * 3];
        PixelFilters.Cutout(clip, new(7, 9), 1, 8, 2, 128);
        for (var i = 0; i < clip.Length; i++)
        {
            var (y, x) = (i / 27 % 7, i / 3 % 9);
            Assert.Equal(y < 3 && x >= 6 ? 128 : 0, clip[i]);
        }
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(4, 5)]
    [InlineData(2, 9)]
    [InlineData(9, 1)]
    public void Sharpness_SmallFrames_KeepTheirBorder(int height, int width)
    {
        var frame = new FrameSize(height, width);
        var clip = Enumerable.Range(0, frame.Bytes).Select(i => (byte)(i * 89)).ToArray();
        var expected = clip.ToArray();
        for (var y = 1; y < height - 1; y++)
        {
            for (var x = 1; x < width - 1; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    var sum = 4 * clip[(y * width + x) * 3 + c];
                    for (var at = 0; at < 9; at++) sum += clip[((y + at / 3 - 1) * width + x + at % 3 - 1) * 3 + c];
                    expected[(y * width + x) * 3 + c] = (byte)Math.Floor(sum / 13.0 + 0.5);
                }
            }
        }
        PixelFilters.Sharpness(clip, frame, 0);
        Assert.Equal(expected, clip);
    }

    [Fact]
    public void ColorJitter_OneColor_ByHand()
    {
        // (100, 50, 200) + 20 = (120, 70, 220); grey of the first .2989*100 + .587*50 + .114*200 = 82.04. Saturation 0.5:
        // 0.5 x + 0.5 * 82.04 + 20 = (111.02, 86.02, 161.02). Contrast about the mean of the frame, which is this one color: 2 (x - 102.04) + 102.04 =
        // (120.0, 70.0, 220.0). So both undo each other.
        var clip = Repeat([100, 50, 200], 20);
        new ColorJitter(20, 0.5f, 2, 0).Apply(clip, new(4, 5));
        Assert.Equal(Repeat([120, 70, 220], 20), clip);

        // A third of the circle moves red to green, green to blue, blue to red.
        clip = Repeat([100, 50, 200], 20);
        new ColorJitter(0, 1, 1, 1 / 3f).Apply(clip, new(4, 5));
        Assert.Equal(Repeat([200, 100, 50], 20), clip);
    }

    [Fact]
    public void ColorJitter_Contrast_TakesEachFramesOwnMean()
    {
        byte[] clip = [.. Repeat([10, 10, 10], 20), .. Repeat([200, 200, 200], 20)];
        new ColorJitter(0, 1, 0, 0).Apply(clip, new(4, 5));
        Assert.Equal([.. Repeat([10, 10, 10], 20), .. Repeat([200, 200, 200], 20)], clip);
    }

    private static byte[] Augmented(AugmentConfig config, ulong seed)
    {
        var clip = Clip();
        ClipAugmentation.Apply(clip, Frame, config, new KeyedRandom(seed));
        return clip;
    }

    private static bool IsGrey(byte[] clip) => Enumerable.Range(0, clip.Length / 3).All(i => clip[3 * i] == clip[3 * i + 1] && clip[3 * i] == clip[3 * i + 2]);

    /// <summary>Two equal frames of many levels, in no channel from 0 to 255.</summary>
    private static byte[] Clip()
    {
        var frame = Enumerable.Range(0, Frame.Bytes).Select(i => (byte)(20 + i * (i % 3 + 5) % 200)).ToArray();
        return [.. frame, .. frame];
    }

    private static byte[] Repeat(byte[] pixel, int count) => [.. Enumerable.Repeat(pixel, count).SelectMany(p => p)];
}
