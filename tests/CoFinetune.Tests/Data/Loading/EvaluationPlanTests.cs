using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Transforms;
using CoFinetune.Tests.Data.Video;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

public sealed class EvaluationPlanTests
{
    private static readonly FakeDecoder Wide = new() { Info = new(16, 8, 10, 100) };

    [Fact]
    public void Of_ViewsAndCrops_KeepAnEntryTogetherInBoundedBatches()
    {
        var loader = ClipLoaderTests.Loader(ClipLoaderTests.Classes("a", "b"), Wide);
        var plans = EvaluationPlan.Of(loader, 0, batch: 5, clips: 2, crops: 3).ToList();
        Assert.Equal([5, 5, 2], plans.Select(plan => plan.Requests.Count));
        var requests = plans.SelectMany(plan => plan.Requests).ToList();
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], requests.Select(request => request.Item));
        Assert.Equal(TestView.All(2, 3).Concat(TestView.All(2, 3)), requests.Select(request => request.View!.Value));
        Assert.Equal(new TestView(1, 2, 2, 3), requests[5].View);
    }

    [Fact]
    public void Load_AView_IsItsClipAndItsSquare()
    {
        // 100 frames less 4 x 2 leave 92 for the last of two views; 16 columns less 8 leave 8 for the last of three squares.
        var loader = ClipLoaderTests.Loader(ClipLoaderTests.Classes("a"), Wide);
        var pixels = new byte[4 * 192];
        loader.Load(new(0, 0, null, new TestView(1, 2, 2, 3)), pixels, default);
        for (var i = 0; i < pixels.Length; i++)
        {
            var (frame, row, at) = (92 + 2 * (i / 192), i % 192 / 24, i % 24);
            Assert.Equal(FakeDecoder.Byte("a", frame, (row * 16 + 8) * 3 + at), pixels[i]);
        }
    }

    [Fact]
    public void Load_CenterView_IsTheDefault()
    {
        var loader = ClipLoaderTests.Loader(ClipLoaderTests.Classes("a"), Wide);
        var (pixels, center) = (new byte[4 * 192], new byte[4 * 192]);
        loader.Load(new(0, 0, null), pixels, default);
        loader.Load(new(0, 0, null, TestView.Center), center, default);
        Assert.Equal(pixels, center);
    }

    [Fact]
    public void Load_Keyframe_ExtendsTheBoxesOfTheModelOnly()
    {
        var target = new BoxTarget([new(new(0.25f, 0.25f, 0.75f, 0.75f), [], 0.9f)]);
        var config = new FakeConfig
        {
            Asks = ClipTask.ActionDetection,
            Fit = FrameFit.Stretch,
            BoxExtension = [0.5, 0],
            Items = [new() { VideoPath = "a", Name = "a", Timestamp = "0003", KeyframeSeconds = 3, Target = target }],
        };
        var sample = ClipLoaderTests.Loader(config, new FakeDecoder()).Load(new(0, 0, null), new byte[4 * 192], default);
        Assert.Equal(new Box(0.125f, 0.25f, 0.875f, 0.75f), ((BoxTarget)sample.Target).Boxes[0].Box);
        Assert.Same(target, sample.Source.Target);
    }

    [Fact]
    public void Load_Augmented_IsAFunctionOfTheSeed()
    {
        var config = ClipLoaderTests.Classes("a") with { Augment = new() { Scale = [0.9, 1.33], Color = 1, Grey = 0.3, RandAugment = new() }, Jitter = [1.2, 1.2] };
        var clips = new ulong[] { 1, 2, 3, 4, 1, 2, 3, 4 }.Select(seed =>
        {
            var pixels = new byte[4 * 192];
            ClipLoaderTests.Loader(config, Wide).Load(new(0, 0, seed), pixels, default);
            return Convert.ToBase64String(pixels);
        }).ToList();
        Assert.Equal(clips[..4], clips[4..]);
        Assert.Equal(4, clips.Distinct().Count());
    }
}
