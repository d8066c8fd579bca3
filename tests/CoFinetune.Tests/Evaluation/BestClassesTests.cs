using CoFinetune.Evaluation;
using Xunit;

namespace CoFinetune.Tests.Evaluation;

public sealed class BestClassesTests
{
    [Theory]
    [InlineData(2, new[] { 3, 1 })]
    [InlineData(9, new[] { 3, 1, 4, 0, 2 })]
    [InlineData(1, new[] { 3 })]
    public void Of_Ties_GoByIndex(int count, int[] expected) => Assert.Equal(expected, BestClasses.Of([0.1f, 0.5f, -2, 0.7f, 0.5f], count));

    [Fact]
    public void Probabilities_AreThoseOfTheSoftmaxOverAllClasses()
    {
        // e^ln 6 : e^ln 3 : e^0 = 6 : 3 : 1.
        var probabilities = BestClasses.Probabilities([MathF.Log(3), 0, MathF.Log(6)], [2, 0]);
        Assert.Equal(2, probabilities.Length);
        Assert.Equal(0.6f, probabilities[0], 1e-6f);
        Assert.Equal(0.3f, probabilities[1], 1e-6f);
    }
}
