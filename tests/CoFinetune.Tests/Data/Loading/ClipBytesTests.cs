using System.Security.Cryptography;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Video;
using CoFinetune.Tests.Data.Video;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

public sealed class ClipBytesTests
{
    /// <summary>Hashes taken before there was any augmentation besides crop and flip: settings that are off change no byte, so no figure of a run.</summary>
    [Theory]
    [InlineData(FrameFit.Crop, 1, 1.25, 0.5, "b924190204b44984")]
    [InlineData(FrameFit.Crop, 1, 1, 0, "a17a24b1999cba5f")]
    [InlineData(FrameFit.Crop, 1.14, 1.43, 0.5, "ea753753532a4712")]
    [InlineData(FrameFit.Stretch, 1, 1.25, 0.5, "f809292bcf67506d")]
    public void Load_WithoutAugmentation_IsTheClipOfOld(FrameFit fit, double low, double high, double flip, string expected)
    {
        var config = ClipLoaderTests.Classes("a", "b") with { Fit = fit, Jitter = [low, high], Flip = flip };
        var decoder = new FakeDecoder { Info = new(46, 34, 10, 100) };
        var loader = new ClipLoader([new("set", config.Open(DataSplit.Train, ""), config)], new ClipConfig { Frames = 4, Stride = 2, Size = 24 }, new FrameCache(decoder, 1 << 24));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pixels = new byte[4 * 24 * 24 * 3];
        for (var sample = 0; sample < 40; sample++)
        {
            loader.Load(new(0, sample % 2, sample < 38 ? (ulong)sample * 7919 : null), pixels, default);
            hash.AppendData(pixels);
        }
        Assert.Equal(expected, Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
    }
}
