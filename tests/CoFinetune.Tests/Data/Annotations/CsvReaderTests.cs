using System.Globalization;
using System.IO.Compression;
using System.Text;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

public sealed class CsvReaderTests
{
    [Fact]
    public void Open_Folder_SaysThatItIsOne() =>
        Assert.Contains("is a folder", Assert.Throws<DataException>(() => new CsvReader(Path.GetTempPath())).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("a,b\nc,d\n", "1:a|b 2:c|d")]
    [InlineData("a,b\nc,d", "1:a|b 2:c|d")]
    [InlineData("a,b\r\nc,d\r\n", "1:a|b 2:c|d")]
    [InlineData("a,b\r\n\r\n \t\n\nc,d\r", "1:a|b 5:c|d")]
    [InlineData("\uFEFFa,b", "1:a|b")]
    [InlineData("a,,\n,", "1:a|| 2:|")]
    [InlineData("\"tying knot (not on a tie), fast\",x", "1:tying knot (not on a tie), fast|x")]
    [InlineData("\"say \"\"hi\"\"\",\"\"\nb,c", "1:say \"hi\"| 2:b|c")]
    [InlineData("\"two\nlines\",b\nc,d", "1:two\nlines|b 3:c|d")]
    [InlineData("\"a\"\r\n\"b\"\r", "1:a 2:b")]
    [InlineData("person's 5\" head,b", "1:person's 5\" head|b")]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    public void Read_Rows_GivesLinesAndFields(string text, string expected)
    {
        var rows = new CsvReader("x.csv", Encoding.UTF8.GetBytes(text));
        var found = new List<string>();
        while (rows.Read())
        {
            var fields = new List<string>();
            for (var i = 0; i < rows.Count; i++) fields.Add(rows.Text(i));
            found.Add($"{rows.Line}:{string.Join('|', fields)}");
        }
        Assert.Equal(expected, string.Join(' ', found));
    }

    [Theory]
    [InlineData("a\n\"b", 2, "never closed")]
    [InlineData("a\n\n\"b\"c", 3, "follows a closing quote")]
    public void Read_BrokenQuotes_NamesTheLine(string text, int line, string problem)
    {
        var error = Assert.Throws<DataException>(() => ReadToEnd(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(("x.csv", line), (error.File, error.Line));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SixtyFiveColumns_IsAnError()
    {
        var error = Assert.Throws<DataException>(() => ReadToEnd(Encoding.UTF8.GetBytes(new string(',', 64))));
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public void Constructor_Utf16_SaysSo()
    {
        var error = Assert.Throws<DataException>(() => ReadToEnd([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a,b")]));
        Assert.Contains("UTF-16", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("0.077")]
    [InlineData("-0.5")]
    [InlineData(" 902 ")]
    [InlineData("0902")]
    [InlineData(".25")]
    [InlineData("5.")]
    [InlineData("1e-05")]
    [InlineData("2.5E3")]
    [InlineData("0.30000000000000004")]
    [InlineData("123456789012345")]
    [InlineData("0.123456789012345")]
    [InlineData("1234567890123456789")]
    [InlineData("9007199254740993")]
    [InlineData("0.000000000000000000000000001")]
    public void Number_AnyForm_IsCorrectlyRounded(string text) =>
        Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), FirstNumber(text));

    [Fact]
    public void Number_ManyShortDecimals_AreCorrectlyRounded()
    {
        for (var i = 0; i < 5000; i++)
        {
            var text = (i * 0.000737).ToString("F7", CultureInfo.InvariantCulture);
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), FirstNumber(text));
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1.2.3")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1 2")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("0x10")]
    [InlineData("1,5")]
    public void Number_NoFiniteNumber_NamesTheColumn(string text)
    {
        var error = Assert.Throws<DataException>(() => FirstNumber($"\"{text}\""));
        Assert.Equal($"x.csv:1: width (column 1) is '{text}', expected a number", error.Message);
    }

    [Fact]
    public void Number_LongGarbage_IsShortened() =>
        Assert.Contains($"'{new string('x', 40)}…'", Assert.Throws<DataException>(() => FirstNumber(new string('x', 5000))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a.csv.gz")]
    [InlineData("a.csv")]
    public void Constructor_GzippedUnderAnyName_IsUnpacked(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, name);
        File.WriteAllBytes(path, Packed("a,b\n"));
        var rows = new CsvReader(path);
        Assert.True(rows.Read());
        Assert.Equal("b", rows.Text(1));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(-900)]
    [InlineData(-1)]
    public void Constructor_CutGzip_IsAnError(int kept)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.csv.gz");
        var packed = Packed(string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i * 7919 % 2003},")));
        File.WriteAllBytes(path, kept > 0 ? packed[..kept] : packed[..^-kept]);
        Assert.Contains("cut short", Assert.Throws<DataException>(() => new CsvReader(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BrokenGzip_IsAnError()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "a.csv.gz");
        File.WriteAllBytes(path, [0x1F, 0x8B, .. Enumerable.Repeat((byte)0xEE, 100)]);
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => new CsvReader(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_MissingFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<DataException>(() => new CsvReader(Path.Combine(folder.Path, "none.csv")));
        Assert.EndsWith("none.csv: no such file", error.Message, StringComparison.Ordinal);
        Assert.Throws<DataException>(() => new CsvReader(folder.Path));
    }

    [Theory]
    [InlineData("a\tb c\n", 2)]
    [InlineData("\n\na\tb\n", 2)]
    [InlineData("a,b\tc\n", 2)]
    [InlineData("a\n", 1)]
    public void CommaOrTab_FirstRow_DecidesTheSeparator(string text, int columns)
    {
        using var folder = new TemporaryFolder();
        var rows = CsvReader.CommaOrTab(folder.Write("a.csv", text));
        Assert.True(rows.Read());
        Assert.Equal(columns, rows.Count);
    }

    private static double FirstNumber(string text)
    {
        var rows = new CsvReader("x.csv", Encoding.UTF8.GetBytes(text));
        Assert.True(rows.Read());
        return rows.Number(0, "width");
    }

    private static void ReadToEnd(byte[] text)
    {
        var rows = new CsvReader("x.csv", text);
        while (rows.Read())
        {
        }
    }

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
