using CoFinetune.Data;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Transforms;
using Xunit;

namespace CoFinetune.Tests.Data.Transforms;

public sealed class BoxRangesTests
{
    private static readonly BoxTarget Two = new([new(new(0.25f, 0.25f, 0.75f, 0.5f), [3], 1), new(new(0, 0, 0.125f, 1), [1, 2], 0.5f)]);

    [Fact]
    public void Extend_Boxes_GrowAboutTheirCenterInsideTheFrame()
    {
        // Width .5 by half of .2 * .5 on each side, height .25 by half of .4 * .25; the second is cut off at 0 and 1.
        var boxes = ((BoxTarget)BoxRanges.Extend(Two, [0.2, 0.4])).Boxes;
        Assert.Equal(new Box(0.2f, 0.2f, 0.8f, 0.55f), boxes[0].Box);
        Assert.Equal(new Box(0, 0, 0.1375f, 1), boxes[1].Box);
        Assert.Equal(Two.Boxes.Select(person => (person.Labels, person.Score)), boxes.Select(person => (person.Labels, person.Score)));
    }

    [Fact]
    public void Jitter_ManyDraws_FillTheRangeOfEachSideAndNoMore()
    {
        var random = new KeyedRandom(1);
        var moves = Enumerable.Range(0, 4000)
            .Select(_ => ((BoxTarget)BoxRanges.Jitter(Two, [0.2, 0.1, 0.15, 0.05], random)).Boxes[0].Box)
            .Select(box => new[] { (box.X1 - 0.25) / 0.5, (box.Y1 - 0.25) / 0.25, (box.X2 - 0.75) / 0.5, (box.Y2 - 0.5) / 0.25 }).ToList();
        double[] low = [-0.2, -0.15, -0.1, -0.05];
        double[] high = [0.1, 0.05, 0.2, 0.15];
        for (var side = 0; side < 4; side++)
        {
            Assert.InRange(moves.Min(move => move[side]), low[side] - 1e-6, low[side] + 0.001);
            Assert.InRange(moves.Max(move => move[side]), high[side] - 0.001, high[side] + 1e-6);
            Assert.Equal((low[side] + high[side]) / 2, moves.Average(move => move[side]), 0.006);
        }
    }

    [Fact]
    public void Jitter_SameDraw_IsTheSameAndStaysInside()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            var boxes = ((BoxTarget)BoxRanges.Jitter(Two, [0.4, 0.4, 0.4, 0.4], new KeyedRandom(seed))).Boxes;
            Assert.Equal(boxes.Select(person => person.Box), ((BoxTarget)BoxRanges.Jitter(Two, [0.4, 0.4, 0.4, 0.4], new KeyedRandom(seed))).Boxes.Select(person => person.Box));
            Assert.All(boxes, person => Assert.True(person.Box is { X1: >= 0, Y1: >= 0, X2: <= 1, Y2: <= 1 } && person.Box.X1 < person.Box.X2 && person.Box.Y1 < person.Box.Y2));
        }
    }

    [Fact]
    public void Off_OrAClass_IsTheTargetItself()
    {
        var target = new ClassTarget(3);
        Assert.Same(Two, BoxRanges.Jitter(Two, [0, 0, 0, 0], new KeyedRandom(1)));
        Assert.Same(Two, BoxRanges.Extend(Two, [0, 0]));
        Assert.Same(target, BoxRanges.Jitter(target, [0.1, 0.1, 0.1, 0.1], new KeyedRandom(1)));
    }
}
