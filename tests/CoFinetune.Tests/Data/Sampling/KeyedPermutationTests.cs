using CoFinetune.Data.Sampling;
using Xunit;

namespace CoFinetune.Tests.Data.Sampling;

public sealed class KeyedPermutationTests
{
    public static TheoryData<int> Sizes => [.. Enumerable.Range(1, 70), 127, 128, 129, 255, 256, 257, 1000, 4095, 4096, 4097, 65_537, 802_264];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Permutation_OfAnySize_HoldsEachOnce(int size)
    {
        var order = new KeyedPermutation(size, 42);
        var seen = new bool[size];
        for (var place = 0; place < size; place++)
        {
            Assert.False(seen[order[place]]);
            seen[order[place]] = true;
        }
    }

    [Fact]
    public void Permutation_ManyKeys_PutsEachThingEverywhere()
    {
        const int Keys = 7000;
        var counts = new int[7, 7];
        for (ulong key = 0; key < Keys; key++)
        {
            var order = new KeyedPermutation(7, key);
            for (var place = 0; place < 7; place++) counts[place, order[place]]++;
        }
        foreach (var count in counts) Assert.InRange(count, 860, 1140);        // 1000 expected, 4.8 standard deviations
    }

    [Fact]
    public void Permutation_OutsideItsPlaces_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedPermutation(5, 0)[5]);

    [Fact]
    public void EpochOrder_EachEpoch_TakesEveryEntryOnceInAnotherOrder()
    {
        var order = new EpochOrder(50, 3);
        var epochs = Enumerable.Range(0, 4).Select(epoch => Enumerable.Range(0, 50).Select(place => order[epoch * 50 + place]).ToList()).ToList();
        foreach (var epoch in epochs) Assert.Equal(Enumerable.Range(0, 50), epoch.Order());
        Assert.Equal(4, epochs.Select(epoch => string.Join(',', epoch)).Distinct().Count());
    }
}
