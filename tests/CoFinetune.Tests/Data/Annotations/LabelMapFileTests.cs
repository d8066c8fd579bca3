using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

public sealed class LabelMapFileTests
{
    [Fact]
    public void Read_Folder_SaysThatItIsOne() =>
        Assert.Contains("is a folder", Assert.Throws<DataException>(() => LabelMapFile.Read(Path.GetTempPath())).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("item {\n  name: \"bend/bow (at the waist)\"\n  id: 1\n}\nitem {\n  name: \"crouch/kneel\"\n  id: 3\n}\n")]
    [InlineData("label {\n  name: \"bend/bow (at the waist)\"\n  label_id: 1\n  label_type: PERSON_MOVEMENT\n}\nlabel {\r\n  name: \"crouch/kneel\"\r\n  label_id: 3\r\n}")]
    [InlineData("# the classes\nitem{name:'bend/bow (at the waist)' id:1} item { id : 3, name : \"crouch/kneel\" ; display_name: \"x\" } # end")]
    public void Read_EitherLayout_GivesClassesInFileOrder(string text)
    {
        using var folder = new TemporaryFolder();
        var labels = LabelMapFile.Read(folder.Write("l.pbtxt", text));
        Assert.Equal([(1, "bend/bow (at the waist)"), (3, "crouch/kneel")], labels.Classes);
    }

    [Fact]
    public void Read_EscapedQuote_IsPartOfTheName()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("a \"b\"", LabelMapFile.Read(folder.Write("l.pbtxt", "item { name: \"a \\\"b\\\"\" id: 7 }")).Classes[0].Name);
    }

    [Theory]
    [InlineData("", 0, "lists no class")]
    [InlineData("name: \"a\"\n", 1, "'name' is no block")]
    [InlineData("item {\n  name: \"a\"\n  id: 1\n}\nitem {\n  name: \"a\"\n  id: 2\n}", 5, "name 'a' occurs twice: first in line 1")]
    [InlineData("item {\n  name: \"a\"\n  id: 1\n}\nitem {\n  name: \"b\"\n  id: 1\n}", 5, "id 1 occurs twice")]
    [InlineData("item {\n  id: 1\n}", 1, "no name")]
    [InlineData("\nitem {\n  name: \"a\"\n}", 2, "class 'a' has no id")]
    [InlineData("item {\n  name: \"a\"\n  id: one\n}", 3, "id is 'one'")]
    [InlineData("item {\n  name: \"a\"\n  id: 0\n}", 3, "id is '0'")]
    [InlineData("item {\n  name: \"a\n  id: 1\n}", 2, "never closed")]
    [InlineData("item {\n  name: \"a\"\n  id: 1\n", 4, "ends inside a block")]
    [InlineData("item\n  name: \"a\"", 2, "expected '{'")]
    [InlineData("item {\n  name \"a\"\n}", 2, "expected ':'")]
    public void Read_BrokenFile_NamesTheLine(string text, int line, string problem)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("l.pbtxt", text);
        var error = Assert.Throws<DataException>(() => LabelMapFile.Read(path));
        Assert.Equal((path, line), (error.File, error.Line));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [GoldenFact]
    public void Read_OfficialList_HasItsSixtyIds()
    {
        var ids = LabelMapFile.Read(Golden.PathOf("ava_eval/large/labelmap.pbtxt")).Classes.Select(c => c.Id).ToList();
        int[] leftOut = [2, 16, 18, 19, 21, 23, 25, 31, 32, 33, 35, 39, 40, 42, 44, 50, 53, 55, 71, 75];
        Assert.Equal(Enumerable.Range(1, 80).Except(leftOut), ids);
    }
}
