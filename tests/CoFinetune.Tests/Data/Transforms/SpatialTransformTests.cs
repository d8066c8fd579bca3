using CoFinetune.Data;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Transforms;
using CoFinetune.Data.Video;
using CoFinetune.Tests.Data.Loading;
using Xunit;

namespace CoFinetune.Tests.Data.Transforms;

public sealed class SpatialTransformTests
{
    private static readonly VideoInfo Wide = new(320, 240, 25, 100);

    [Fact]
    public void Test_Clips_TakeTheCenterSquare()
    {
        var view = SpatialTransform.Test(new(12, 6, 25, 1), 6, new FakeConfig(), ClipTask.Classification, TestView.Center);
        Assert.Equal((new FrameSize(6, 12), new FrameSize(6, 6)), (view.Decoded, view.View));
        var pixels = new byte[view.View.Bytes];
        view.Apply(Numbered(view.Decoded), pixels);
        Assert.Equal(Columns(3, 4, 5, 6, 7, 8), pixels[..18]);                  // 3 columns left on either side
    }

    [Theory]
    [InlineData(FrameFit.Crop, 64, 80)]
    [InlineData(FrameFit.Stretch, 64, 64)]
    public void Test_Detection_SeesTheWholeFrame(FrameFit fit, int height, int width)
    {
        var view = SpatialTransform.Test(Wide, 64, new FakeConfig { Fit = fit }, ClipTask.ActionDetection, TestView.Center);
        Assert.Equal((new FrameSize(height, width), new FrameSize(height, width)), (view.Decoded, view.View));
        var boxes = new BoxTarget([new(new(0.25f, 0.5f, 0.75f, 1), [3], 1), new(new(0.5f, 0.5f, 0.5f, 0.5f), [], 1)]);
        Assert.Equal(boxes.Boxes, ((BoxTarget)view.Apply(boxes)).Boxes);
    }

    [Fact]
    public void Train_WithoutJitter_IsDecodedAtTheSizeOfTheSquare()
    {
        var view = SpatialTransform.Train(Wide, 64, new FakeConfig { Jitter = [1, 1], Flip = 0 }, new KeyedRandom(1));
        Assert.Equal((new FrameSize(64, 86), new FrameSize(64, 64)), (view.Decoded, view.View));
    }

    [Fact]
    public void Train_WithJitter_IsDecodedAtOneSize()
    {
        var random = new KeyedRandom(1);
        var sizes = Enumerable.Range(0, 50).Select(_ => SpatialTransform.Train(Wide, 64, new FakeConfig { Jitter = [1, 1.25] }, random).Decoded);
        Assert.Equal(new FrameSize(80, 106), Assert.Single(sizes.Distinct()));   // 106.7 to the nearest even number is 106
    }

    [Fact]
    public void Train_Crop_ShowsEveryPartOfTheFrame()
    {
        var random = new KeyedRandom(1);
        var starts = new HashSet<byte>();
        for (var i = 0; i < 300; i++)
        {
            var view = SpatialTransform.Train(new(12, 6, 25, 1), 6, new FakeConfig { Jitter = [1, 1], Flip = 0 }, random);
            var pixels = new byte[view.View.Bytes];
            view.Apply(Numbered(view.Decoded), pixels);
            starts.Add(pixels[0]);
            Assert.Equal(Columns([.. Enumerable.Range(pixels[0], 6)]), pixels[..18]);
        }
        Assert.Equal(Enumerable.Range(0, 7), starts.Select(start => (int)start).Order());
    }

    [Fact]
    public void Train_Flipped_MirrorsPixelsAndBoxes()
    {
        var view = SpatialTransform.Train(new(6, 6, 25, 1), 6, new FakeConfig { Jitter = [1, 1], Flip = 1 }, new KeyedRandom(1));
        var pixels = new byte[view.View.Bytes];
        view.Apply(Numbered(view.Decoded), pixels);
        Assert.Equal(Columns(5, 4, 3, 2, 1, 0), pixels[..18]);
        var box = Assert.Single(((BoxTarget)view.Apply(Person(0.125f, 0.25f, 0.5f, 0.75f))).Boxes).Box;
        Assert.Equal(new Box(0.5f, 0.25f, 0.875f, 0.75f), box);
    }

    [Fact]
    public void Train_AnyDraw_KeepsBoxesOnTheirPixels()
    {
        // A white block of the source is found again where the moved box says it is.
        var random = new KeyedRandom(3);
        var seen = 0;
        for (var i = 0; i < 200; i++)
        {
            var view = SpatialTransform.Train(new(80, 60, 25, 1), 48, new FakeConfig { Jitter = [1, 1.4] }, random);
            var frame = new byte[view.Decoded.Bytes];
            var (height, width) = (view.Decoded.Height, view.Decoded.Width);
            for (var y = height / 4; y < height / 2; y++)
                for (var x = width / 2; x < width * 3 / 4; x++) frame.AsSpan((y * width + x) * 3, 3).Fill(255);
            var source = new Box(width / 2 / (float)width, height / 4 / (float)height, width * 3 / 4 / (float)width, height / 2 / (float)height);
            var pixels = new byte[view.View.Bytes];
            view.Apply(frame, pixels);
            var boxes = ((BoxTarget)view.Apply(new BoxTarget([new(source, [1], 1)]))).Boxes;
            var white = Enumerable.Range(0, 48 * 48).Where(at => pixels[at * 3] > 127).ToList();
            if (boxes.Count == 0)
            {
                Assert.Empty(white);
                continue;
            }
            seen++;
            var box = boxes[0].Box;
            if (white.Count == 0)
            {
                Assert.True((box.X2 - box.X1) * 48 < 1 || (box.Y2 - box.Y1) * 48 < 1);
                continue;
            }
            Assert.Equal(box.X1 * 48, white.Min(at => at % 48), 1.01);
            Assert.Equal(box.X2 * 48, white.Max(at => at % 48) + 1, 1.01);
            Assert.Equal(box.Y1 * 48, white.Min(at => at / 48), 1.01);
            Assert.Equal(box.Y2 * 48, white.Max(at => at / 48) + 1, 1.01);
        }
        Assert.True(seen > 100);
    }

    [Fact]
    public void Train_Scaled_KeepsBoxesOnTheirPixelsAndTheCropInside()
    {
        var seen = 0;
        for (var i = 0; i < 200; i++)
        {
            var view = SpatialTransform.Train(new(80, 60, 25, 1), 48, new FakeConfig { Jitter = [56, 56], Augment = new() { Scale = [0.9, 1.33] } }, new KeyedRandom((ulong)i));
            Assert.Equal((new FrameSize(56, 74), new FrameSize(48, 48)), (view.Decoded, view.View));
            var frame = new byte[view.Decoded.Bytes];
            for (var y = 14; y < 28; y++) frame.AsSpan((y * 74 + 37) * 3, 18 * 3).Fill(255);
            var pixels = new byte[view.View.Bytes];
            view.Apply(frame, pixels);
            var boxes = ((BoxTarget)view.Apply(new BoxTarget([new(new(0.5f, 0.25f, 55 / 74f, 0.5f), [1], 1)]))).Boxes;
            var white = Enumerable.Range(0, 48 * 48).Where(at => pixels[at * 3] > 127).ToList();
            if (boxes.Count == 0 || white.Count == 0) continue;
            seen++;
            var box = boxes[0].Box;
            Assert.Equal(box.X1 * 48, white.Min(at => at % 48), 1.01);
            Assert.Equal(box.X2 * 48, white.Max(at => at % 48) + 1, 1.01);
            Assert.Equal(box.Y1 * 48, white.Min(at => at / 48), 1.01);
            Assert.Equal(box.Y2 * 48, white.Max(at => at / 48) + 1, 1.01);
        }
        Assert.True(seen > 100);
    }

    [Fact]
    public void Train_Scaled_StretchesEachSideOnItsOwn()
    {
        // A square of a quarter of the frame becomes as wide and as high as its two factors say, evenly from .9 to 1.33.
        var config = new FakeConfig { Jitter = [200, 200], Flip = 0, Augment = new() { Scale = [0.9, 1.33] } };
        var factors = new List<(double Width, double Height)>();
        for (var i = 0; i < 4000; i++)
        {
            var view = SpatialTransform.Train(new(200, 200, 25, 1), 100, config, new KeyedRandom((ulong)i));
            foreach (var (box, _, _) in ((BoxTarget)view.Apply(Person(0.45f, 0.45f, 0.55f, 0.55f))).Boxes)
                if (box is { X1: > 0, Y1: > 0, X2: < 1, Y2: < 1 }) factors.Add(((box.X2 - box.X1) * 5, (box.Y2 - box.Y1) * 5));
        }
        Assert.Equal(0.9, factors.Min(f => f.Width), 0.01);
        Assert.Equal(1.33, factors.Max(f => f.Height), 0.01);
        Assert.True(factors.Count(f => f.Width > f.Height + 0.1) > 300 && factors.Count(f => f.Height > f.Width + 0.1) > 300);
    }

    [Fact]
    public void Train_JitterInPixels_IsThatOfItsMultiples()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            byte[] Pixels(params double[] jitter)
            {
                var view = SpatialTransform.Train(Wide, 64, new FakeConfig { Jitter = jitter }, new KeyedRandom(seed));
                var frame = Enumerable.Range(0, view.Decoded.Bytes).Select(i => (byte)(i * 31 % 251)).ToArray();
                var pixels = new byte[view.View.Bytes];
                view.Apply(frame, pixels);
                return pixels;
            }

            Assert.Equal(Pixels(1, 1.25), Pixels(64, 80));
        }
    }

    [Theory]
    [InlineData(12, 6, 0, 3, 0, 0)]
    [InlineData(12, 6, 1, 3, 3, 0)]
    [InlineData(12, 6, 2, 3, 6, 0)]
    [InlineData(6, 12, 2, 3, 0, 6)]
    [InlineData(12, 6, 0, 1, 3, 0)]
    public void Test_Crops_GoAlongTheLongSide(int width, int height, int crop, int crops, int left, int top)
    {
        var view = SpatialTransform.Test(new(width, height, 25, 1), 6, new FakeConfig(), ClipTask.Classification, new(0, 1, crop, crops));
        var frame = Enumerable.Range(0, view.Decoded.Bytes).Select(i => (byte)(i / 3)).ToArray();
        var pixels = new byte[view.View.Bytes];
        view.Apply(frame, pixels);
        Assert.Equal(top * width + left, pixels[0]);
    }

    [Fact]
    public void Test_LargerSide_CutsTheCenterOutOfIt()
    {
        var view = SpatialTransform.Test(new(16, 8, 25, 1), 6, new FakeConfig { TestSide = 8 }, ClipTask.Classification, TestView.Center);
        Assert.Equal((new FrameSize(8, 16), new FrameSize(6, 6)), (view.Decoded, view.View));
        var pixels = new byte[view.View.Bytes];
        view.Apply(Numbered(view.Decoded), pixels);
        Assert.Equal(Columns(5, 6, 7, 8, 9, 10), pixels[..18]);
    }

    [Fact]
    public void Train_PersonsOutsideTheCrop_AreDropped()
    {
        // A frame twice as wide as high: the square shows half of it, so one of the two outermost persons is always gone.
        var random = new KeyedRandom(1);
        for (var i = 0; i < 50; i++)
        {
            var view = SpatialTransform.Train(new(128, 64, 25, 1), 64, new FakeConfig { Jitter = [1, 1] }, random);
            var boxes = ((BoxTarget)view.Apply(new BoxTarget([new(new(0, 0, 0.1f, 1), [1], 1), new(new(0.9f, 0, 1, 1), [2], 1)]))).Boxes;
            Assert.True(boxes.Count <= 1);
            Assert.All(boxes, person => Assert.True(person.Box.X1 >= 0 && person.Box.X2 <= 1 && person.Box.X1 < person.Box.X2));
        }
    }

    [Fact]
    public void Train_Stretch_CutsNothingOff()
    {
        var view = SpatialTransform.Train(Wide, 64, new FakeConfig { Fit = FrameFit.Stretch, Flip = 0 }, new KeyedRandom(1));
        Assert.Equal((new FrameSize(64, 64), new FrameSize(64, 64)), (view.Decoded, view.View));
        Assert.Equal(new Box(0.1f, 0.2f, 0.3f, 0.4f), ((BoxTarget)view.Apply(Person(0.1f, 0.2f, 0.3f, 0.4f))).Boxes[0].Box);
    }

    [Fact]
    public void Apply_AClass_StaysAsItIs()
    {
        var target = new ClassTarget(3);
        Assert.Same(target, SpatialTransform.Train(Wide, 64, new FakeConfig(), new KeyedRandom(1)).Apply(target));
    }

    private static BoxTarget Person(float x1, float y1, float x2, float y2) => new([new(new(x1, y1, x2, y2), [0], 1)]);

    // Each pixel holds the number of its column.
    private static byte[] Numbered(FrameSize size) => Columns([.. Enumerable.Range(0, size.Height).SelectMany(_ => Enumerable.Range(0, size.Width))]);

    private static byte[] Columns(params int[] columns) => [.. columns.SelectMany(column => Enumerable.Repeat((byte)column, 3))];
}
