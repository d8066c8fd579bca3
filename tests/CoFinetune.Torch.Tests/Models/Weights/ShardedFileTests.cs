using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Models.Weights.Safetensors;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Weights;

public sealed class ShardedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ShardedFileTests()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(At("one.safetensors"), [("a", ones(2)), ("b", zeros(3))], new Dictionary<string, string> { ["format"] = "pt" });
        SafetensorsWriter.Write(At("two.safetensors"), [("c", full(2, 7f))]);
        Directory.CreateDirectory(At("folder.safetensors"));
        File.WriteAllText(At("page.safetensors"), "<!DOCTYPE html><html></html>");
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"../one.safetensors"}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":"/etc/one.safetensors"}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":"sub/one.safetensors"}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":"sub\\one.safetensors"}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":"one.safetensors\u0000"}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":"one.bin"}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":""}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":".."}}""", "no name of a .safetensors file beside it")]
    [InlineData("""{"weight_map":{"a":"folder.safetensors"}}""", "folder.safetensors")]
    [InlineData("""{"weight_map":{"a":"absent.safetensors"}}""", "no such file")]
    [InlineData("""{"weight_map":{"a":"page.safetensors"}}""", "looks like an HTML page")]
    [InlineData("""{"weight_map":{"a":"one.safetensors"}}""", "does not list 'b', which is in one.safetensors")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","b":"one.safetensors","x":"one.safetensors"}}""", "lists 'x' in one.safetensors, which does not have it")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""", "does not list 'b'")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"two.safetensors"}}""", "lists 'a' twice")]
    [InlineData("""{"weight_map":{"a":1}}""", "no file name for 'a'")]
    [InlineData("""{"weight_map":{"a":["one.safetensors"]}}""", "no file name for 'a'")]
    [InlineData("""{"weight_map":[]}""", "no object")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "two weight_map")]
    [InlineData("""{"metadata":{}}""", "no weight_map")]
    [InlineData("""{"metadata":{"a":1,"a":2},"weight_map":{}}""", "'a' twice")]
    [InlineData("""[]""", "no index")]
    [InlineData("""{"weight_map":{}} {}""", "JSON")]
    [InlineData("""{"weight_map":{"a":""", "JSON")]
    [InlineData("""{"weight_map":{"\ud800":"one.safetensors"}}""", "not UTF-8")]
    [InlineData("", "JSON")]
    public void Open_HostileIndex_IsRefused(string index, string says)
    {
        File.WriteAllText(At("model.safetensors.index.json"), index);

        var problem = Assert.Throws<WeightsException>(() => WeightFile.Open(_folder.Path));

        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }

    [Fact]
    public void Open_DeepIndex_IsRefused()
    {
        File.WriteAllText(At("model.safetensors.index.json"), $$"""{"x":{{new string('[', 20000)}}""");
        Assert.Contains("JSON", Assert.Throws<WeightsException>(() => WeightFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_GoodIndex_HoldsTheTensorsOfAllShards()
    {
        using var scope = NewDisposeScope();
        var index = At("model.safetensors.index.json");
        File.WriteAllText(index, """{"metadata":{"total_size":28,"by":"hand"},"more":[1,{"a":2}],"weight_map":{"a":"one.safetensors","c":"two.safetensors","b":"one.safetensors"}}""");

        using var file = WeightFile.Open(_folder.Path);

        Assert.Equal(index, file.Path);
        Assert.Equal("sharded safetensors", file.Format);
        Assert.Equal(["a", "b", "c"], file.Entries.Select(entry => entry.Name).Order());
        TensorAssert.Same(full(2, 7f), file.Read("c"));
        Assert.Equal(("28", "hand", "pt"), (file.Metadata["total_size"], file.Metadata["by"], file.Metadata["format"]));
    }

    public void Dispose() => _folder.Dispose();

    private string At(string name) => Path.Combine(_folder.Path, name);
}
