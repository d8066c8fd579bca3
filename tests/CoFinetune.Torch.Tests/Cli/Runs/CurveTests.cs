using CoFinetune.Cli.Runs;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli.Runs;

public sealed class CurveTests
{
    [Fact]
    public void Add_FewValues_KeepsEachOfThem()
    {
        var curve = new Curve();
        curve.Add(10, 1);
        curve.Add(20, double.NaN);
        curve.Add(30, 3);
        Assert.Equal([10.0, 20, 30], curve.Points.Select(point => point.Step));
        Assert.Equal([1, double.NaN, 3], curve.Points.Select(point => point.Mean));
        Assert.Equal((3, 1, 3, 2, 3), (curve.Count, curve.NonFinite, curve.Last, curve.Mean, curve.Largest));
    }

    [Fact]
    public void Add_ManyValues_JoinsNeighbours()
    {
        // 4096 values in 1024 points: four each. The first holds the steps 1 to 4, the last 4093 to 4096.
        var curve = new Curve();
        for (var step = 1; step <= 4096; step++) curve.Add(step, step % 2 == 0 ? -step : step);
        var points = curve.Points;
        Assert.Equal(1024, points.Count);
        Assert.Equal(new(2.5, -0.5, -4, 3), points[0]);
        Assert.Equal(new(4094.5, -0.5, -4096, 4095), points[^1]);
        Assert.Equal(-0.5, curve.Mean);

        // One more makes half as many points of eight, and a new one.
        curve.Add(4097, 1);
        Assert.Equal(513, curve.Points.Count);
        Assert.Equal(new(4.5, -0.5, -8, 7), curve.Points[0]);
        Assert.Equal(new(4097, 1, 1, 1), curve.Points[^1]);
    }

    [Fact]
    public void Add_ManyValuesOfWhichSomeAreNone_LeavesThemOutOfTheMean()
    {
        var curve = new Curve();
        for (var step = 1; step <= 2048; step++) curve.Add(step, step <= 4 ? double.NaN : step % 2 == 0 ? double.PositiveInfinity : step);
        Assert.Equal(1024, curve.Points.Count);
        Assert.True(double.IsNaN(curve.Points[0].Mean));
        Assert.Equal(new(5.5, 5, 5, 5), curve.Points[2]);
        Assert.Equal(2 + 1024, curve.NonFinite);
    }

    [Fact]
    public void Smoothed_IsTheMeanOfAsManyOnEitherSide()
    {
        // 80 points reach two to either side: near the middle the mean of five, at the ends none.
        var curve = new Curve();
        for (var step = 0; step < 80; step++) curve.Add(step, step == 40 ? 10 : 0);
        var smooth = curve.Smoothed().Select(point => point.Mean).ToList();
        Assert.Equal([0, 2, 2, 2, 2, 2, 0], smooth[37..44]);
        Assert.Equal(0, smooth.Sum() - 10);
        Assert.Equal([0.0, 79], new[] { curve.Smoothed()[0].Step, curve.Smoothed()[^1].Step });
    }
}
