using System.Text;
using CoFinetune.Data.Annotations;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

public sealed class CsvFileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("a,b")]
    [InlineData("\uFEFFa,b\r\nc,d\r\n\r\n\n e,f\ng,h")]
    [InlineData("a\tb,c\nd\te\n")]                              // tabs and commas: commas
    [InlineData("a\tb\nc,x\td\n\ne\tf\n")]                      // tabs, and a part that begins with a comma
    [InlineData("a,\"b\nc\"\nd,e\n")]                           // a line end in a field
    [InlineData("a row longer than all that follow it together,b\nc\nd\n")]
    public void Read_InParts_GivesTheRowsOfTheWhole(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var whole = Rows(CsvReader.CommaOrTab("x.csv", bytes));
        for (var parts = 1; parts < 6; parts++)
        {
            var file = new CsvFile("x.csv", bytes, parts, 1);
            Assert.Equal(whole, Enumerable.Range(0, file.Parts).SelectMany(part => Rows(file.Read(part))));
            Assert.Equal(bytes.Length, Enumerable.Range(0, file.Parts).Sum(file.Length));
        }
    }

    [Fact]
    public void Parts_AreAsManyAsAskedUnlessTheFileIsSmallOrQuoted()
    {
        var bytes = Encoding.UTF8.GetBytes("a,b\nc,d\ne,f\n");
        Assert.Equal(3, new CsvFile("x.csv", bytes, 3, 4).Parts);
        Assert.Equal(2, new CsvFile("x.csv", bytes, 3, 6).Parts);
        Assert.Equal(1, new CsvFile("x.csv", bytes, 3, 1 << 20).Parts);
        Assert.Equal(1, new CsvFile("x.csv", Encoding.UTF8.GetBytes("a,b\n\"c\",d\n"), 3, 1).Parts);
    }

    private static List<string> Rows(CsvReader rows)
    {
        var found = new List<string>();
        while (rows.Read())
        {
            var row = $"{rows.Line}";
            for (var i = 0; i < rows.Count; i++) row += $"|{rows.Text(i)}";
            found.Add(row);
        }
        return found;
    }
}
