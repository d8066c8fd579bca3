using CoFinetune.Data.Sampling;
using Xunit;

namespace CoFinetune.Tests.Data.Sampling;

public sealed class KeyedHashTests
{
    // The published first outputs of splitmix64 with seed 0, and with seed 1234567.
    [Theory]
    [InlineData(0UL, 0UL, 0xE220A8397B1DCDAFUL)]
    [InlineData(0UL, 1UL, 0x6E789E6AA1B965F4UL)]
    [InlineData(0UL, 2UL, 0x06C45D188009454FUL)]
    [InlineData(1234567UL, 0UL, 6457827717110365317UL)]
    [InlineData(1234567UL, 1UL, 3203168211198807973UL)]
    public void At_KnownSeeds_IsSplitmix64(ulong key, ulong position, ulong expected) => Assert.Equal(expected, KeyedHash.At(key, position));

    [Fact]
    public void Derive_OtherParts_GivesOtherKeys()
    {
        var keys = new HashSet<ulong>();
        for (ulong a = 0; a < 30; a++)
        {
            for (ulong b = 0; b < 30; b++)
            {
                Assert.True(keys.Add(KeyedHash.Derive(1, a, b)));
                Assert.True(keys.Add(KeyedHash.Derive(2, a, b)));
            }
            Assert.True(keys.Add(KeyedHash.Derive(1, a)));
        }
        Assert.Equal(KeyedHash.Derive(KeyedHash.Derive(1, 5), 6), KeyedHash.Derive(1, 5, 6));
    }
}
