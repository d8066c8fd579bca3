using CoFinetune.Evaluation.Statistics;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Statistics;

public sealed class StudentTTests
{
    // With one degree of freedom tan(pi (p - 1/2)), with two (2p - 1) / sqrt(2p (1 - p)); the others by Simpson's rule over the density, in Python.
    [Theory]
    [InlineData(0.975, 1, 12.706204736174705)]
    [InlineData(0.975, 2, 4.302652729749464)]
    [InlineData(0.975, 2.5, 3.5746548420036)]
    [InlineData(0.975, 1.6842105263157894, 5.1762316285465)]
    [InlineData(0.975, 10, 2.2281388519862)]
    [InlineData(0.95, 30, 1.6972608865940)]
    [InlineData(0.995, 4, 4.6040948713491)]
    [InlineData(0.5, 7, 0)]
    public void Quantile_IsThatOfTheDistribution(double probability, double degrees, double expected)
    {
        Assert.Equal(expected, StudentT.Quantile(probability, degrees), 1e-9);
        Assert.Equal(-expected, StudentT.Quantile(1 - probability, degrees), 1e-9);
    }

    [Fact]
    public void Quantile_OfManyDegrees_IsTheNormalOne() => Assert.Equal(1.959963984540054, StudentT.Quantile(0.975, 1e7), 1e-5);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0.9, 0)]
    [InlineData(0.9, double.NaN)]
    public void Quantile_OfNothing_Throws(double probability, double degrees) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(probability, degrees));
}
