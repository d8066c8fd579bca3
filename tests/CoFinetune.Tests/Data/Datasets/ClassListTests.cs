using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class ClassListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("walk\nrun fast\n")]
    [InlineData("\uFEFFwalk\r\n\r\nrun fast\r\n")]
    [InlineData("run fast,1\nwalk,0\n")]
    [InlineData("name,index\nwalk, 0\nrun fast, 1\n")]
    [InlineData("id,name\n0,walk\n1,run fast\n")]
    [InlineData("0 walk\n1 run fast\n")]
    [InlineData("1\trun fast\n0\twalk")]
    public void Read_EachForm_GivesTheSameClasses(string text)
    {
        _folder.With("classes.txt", text);

        Assert.Equal([(0, "walk"), (1, "run fast")], ClassList.Read(_folder.At("classes.txt")).Classes);
    }

    [Theory]
    [InlineData("walk,0\nrun,0\n", 2, "'run' and 'walk' both have index 0")]
    [InlineData("walk,0\nrun,2\n", 2, "0..1")]
    [InlineData("walk\nwalk\n", 2, "twice")]
    [InlineData("walk,0\nrun\n", 2, "1 columns")]
    [InlineData("walk\nrun, fast\n", 2, "2 columns")]
    [InlineData("0 walk\nrun fast\n", 2, "'run'")]
    [InlineData("walk,0\n,1\n", 2, "no name")]
    [InlineData("\n\n", 0, "no entries")]
    public void Read_BrokenLine_NamesLineAndCause(string text, int line, string cause)
    {
        _folder.With("classes.txt", text);

        var error = Assert.Throws<DataException>(() => ClassList.Read(_folder.At("classes.txt")));

        Assert.Equal(line, error.Line);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }
}
