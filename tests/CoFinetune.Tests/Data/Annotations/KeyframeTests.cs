using CoFinetune.Data.Annotations;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

public sealed class KeyframeTests
{
    [Theory]
    [InlineData("902", "0902", true)]
    [InlineData("0902", "902.0", true)]
    [InlineData("902.0", "902.000000", true)]
    [InlineData("12.5", "12.500000", true)]
    [InlineData("12.5", "12.500001", false)]
    [InlineData("12.5", "12.5000004", true)]
    [InlineData("12", "12.5", false)]
    public void Add_Timestamps_AreOneKeyframeToSixDecimals(string first, string second, bool same)
    {
        var table = new KeyframeTable();
        Assert.Equal(same, table.Add("v", first) == table.Add("v", second));
    }

    [Fact]
    public void Add_Rows_NumbersKeyframesByFirstMention()
    {
        var table = new KeyframeTable();
        var rows = new CsvReader("x.csv", "a,0902\na,0902\nb,902\n a ,902.0\n-b,3.5\n"u8);
        var numbers = new List<int>();
        while (rows.Read()) numbers.Add(table.Add(rows));
        Assert.Equal([0, 0, 1, 0, 2], numbers);
        Assert.Equal(new KeyframeMention(new Keyframe("-b", 3_500_000), "3.5", 5), table.Mentions[2]);
        Assert.Equal(1, table.IndexOf(Keyframe.At("b", 902)));
        Assert.Equal(-1, table.IndexOf(Keyframe.At("b", 903)));
    }

    [Fact]
    public void ToString_WholeAndFractional_LookLikeTheFiles()
    {
        Assert.Equal("v,0902", $"{Keyframe.At("v", 902)}");
        Assert.Equal("v,12.500001", $"{Keyframe.At("v", 12.500001)}");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e30")]
    public void Add_NoTime_Throws(string timestamp) => Assert.Throws<ArgumentException>(() => new KeyframeTable().Add("v", timestamp));
}
