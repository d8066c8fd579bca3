using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Models.Weights.HandMade;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static CoFinetune.Torch.Tests.Models.Weights.HandMade.MsgpackBytes;

namespace CoFinetune.Torch.Tests.Models.Weights;

public sealed class FlaxFileTests : IDisposable
{
    private const string Chunked = "__msgpack_chunked_array__";
    private static readonly byte[] Two = PickleBytes.Floats(1, 2);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<HostileFile> Files =>
    [
        new("nothing", "is empty", []),
        new("a list", "no map", new MsgpackBytes().List(0).ToArray()),
        new("a number", "no map", [7]),
        new("fewer entries than announced", "cut off", Map(2).Text("a").Raw(1).ToArray()),
        new("a map of 2^31 entries", "2147483648 entries", [0xdf, .. Big(1u << 31), 0xa1]),
        new("a list of 2^32-1 entries", "4294967295 entries", Map(1).Text("a").Raw([0xdd, .. Big(uint.MaxValue), 1]).ToArray()),
        new("a key of 4 GB", "4294967295 bytes", Map(1).Raw([0xdb, .. Big(uint.MaxValue), 1]).ToArray()),
        new("a key of 5000 letters", "5000 bytes", Map(1).LongText(new string('k', 5000)).Raw(1).ToArray()),
        new("a text of 4 GB", "cut off", Map(1).Text("a").Raw([0xdb, .. Big(uint.MaxValue), 1]).ToArray()),
        new("an extension of 4 GB", "cut off|not as long", Map(1).Text("a").Raw([0xc9, .. Big(uint.MaxValue), 1, .. Payload("float32", Two, 2)]).ToArray()),
        new("an extension that is too short", "not as long as announced", Map(1).Text("a").Raw([0xc7, 5, 1, .. Payload("float32", Two, 2)]).ToArray()),
        new("an extension that is too long", "not as long as announced", Map(1).Text("a").Extension(1, [.. Payload("float32", Two, 2), 0]).ToArray()),
        new("an extension in an extension", "no list of shape", Map(1).Text("a").Extension(1, new MsgpackBytes().Extension(1, Payload("float32", Two, 2)).ToArray()).ToArray()),
        new("two parts", "no list of shape", Map(1).Text("a").Extension(1, new MsgpackBytes().List(2).List(0).Text("float32").ToArray()).ToArray()),
        new("a shape that is a number", "no shape", Map(1).Text("a").Extension(1, new MsgpackBytes().List(3).Raw(2).Text("float32").Raw(0xc4, 0).ToArray()).ToArray()),
        new("a fraction as side", "whole numbers", Map(1).Text("a").Extension(1, new MsgpackBytes().List(3).List(1).Raw(0xca, 0, 0, 0, 0).Text("float32").Raw(0xc4, 0).ToArray()).ToArray()),
        new("a side of 2^64-1", "whole numbers", Map(1).Text("a").Extension(1, new MsgpackBytes().List(3).List(2).Raw(0, 0xcf, 255, 255, 255, 255, 255, 255, 255, 255).Text("uint8").Raw(0xc4, 0).ToArray()).ToArray()),
        new("2^32 sides", "no shape", Map(1).Text("a").Extension(1, new MsgpackBytes().List(3).Raw([0xdd, .. Big(uint.MaxValue)]).ToArray()).ToArray()),
        new("bytes as text", "no bytes", Map(1).Text("a").Extension(1, new MsgpackBytes().List(3).List(0).Text("uint8").Text("x").ToArray()).ToArray()),
        new("objects", "'object', which is no tensor's", Map(1).Text("a").Array("object", Two, 1).ToArray()),
        new("columns as type", "no tensor's", Map(1).Text("a").Array("[('f', '<f4')]", Two, 2).ToArray()),
        new("bytes that do not match", "do not match float32 [3]", Map(1).Text("a").Array("float32", Two, 3).ToArray()),
        new("truth values of 2", "truth value 2", Map(1).Text("a").Array("bool", [2], 1).ToArray()),
        new("65 maps in each other", "nested deeper", Nested(65)),
        new("a key twice", "has 'a' twice", Map(2).Text("a").Raw(1).Text("a").Raw(2).ToArray()),
        new("a name by two ways", "two tensors 'a/b'", Map(2).Text("a/b").Array("float32", Two, 2).Text("a").InnerMap(1).Text("b").Array("float32", Two, 2).ToArray()),
        new("a number as key", "no text", Map(1).Raw(1, 1).ToArray()),
        new("a second value", "after its end", Map(0).Raw(0xc0).ToArray()),
        new("the unused code", "0xc1", Map(1).Text("a").Raw(0xc1).ToArray()),
        new("chunks without shape", "without shape or chunks", Map(2).Text(Chunked).Raw(0xc3).Text("chunks").InnerMap(1).Text("0").Array("float32", Two, 2).ToArray()),
        new("chunks with a hole", "some are missing", Chunks("0", "2")),
        new("chunks of the same name", "the same name", Map(3).Text(Chunked).Raw(0xc3).Text("chunks/0").Array("float32", Two, 2).Text("chunks").InnerMap(1).Text("0").Array("float32", Two, 2).ToArray()),
        new("a shape with a hole", "some are missing", Map(3).Text(Chunked).Raw(0xc3).Text("shape").InnerMap(1).Text("1").Raw(2).Text("chunks").InnerMap(1).Text("0").Array("float32", Two, 2).ToArray()),
        new("a shape of texts", "without shape", Map(3).Text(Chunked).Raw(0xc3).Text("shape").InnerMap(1).Text("0").Text("2").Text("chunks").InnerMap(1).Text("0").Array("float32", Two, 2).ToArray()),
        new("a front that repeats", "far longer", Repeating()),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_HostileFile_IsRefused(HostileFile file)
    {
        var path = Path.Combine(_folder.Path, "a.msgpack");
        File.WriteAllBytes(path, file.Bytes);

        var problem = Assert.Throws<WeightsException>(() => WeightBytes.ReadAll(path));

        Assert.True(file.Says.Split('|').Any(part => problem.Message.Contains(part, StringComparison.Ordinal)), problem.Message);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }

    [Fact]
    public void Read_CheckpointWithoutExtension_NamesArraysByTheirPath()
    {
        var bytes = Map(4)
            .Text("step").Extension(3, Payload("int32", [5, 0, 0, 0]))
            .Text("params").InnerMap(2).Text("b").Array("float32", Two, 2).Text("empty").InnerMap(0)
            .Text("rng").Raw(0xc0)
            .Text("list").List(3).Raw(1).Array("uint8", [7], 1).Raw(0xcb, 0, 0, 0, 0, 0, 0, 0, 0)
            .ToArray();
        var path = Path.Combine(_folder.Path, "checkpoint_100");
        File.WriteAllBytes(path, bytes);
        using var file = WeightFile.Open(path);

        Assert.Equal("Flax msgpack", file.Format);
        Assert.Equal(["step", "params/b", "list/1"], file.Entries.Select(entry => entry.Name));
        Assert.Empty(file.Entry("step").Shape);
        Assert.Equal([1, 2], WeightBytes.Floats(file, "params/b"));
        Assert.Equal([7], WeightBytes.Of(file, "list/1"));
    }

    [Fact]
    public void Read_ChunksInAnyOrder_AreJoined()
    {
        var path = Path.Combine(_folder.Path, "a.msgpack");
        File.WriteAllBytes(path, Map(1).Text("w").Raw(Chunks("1", "0")).ToArray());
        using var file = WeightFile.Open(path);

        Assert.Equal([2, 2], file.Entry("w").Shape);
        Assert.Equal([3, 4, 1, 2], WeightBytes.Floats(file, "w"));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A [2, 2] array in two chunks of these numbers, with the marker at the end.</summary>
    private static byte[] Chunks(string first, string second) => Map(3)
        .Text("chunks").InnerMap(2).Text(first).Array("float32", Two, 2).Text(second).Array("float32", PickleBytes.Floats(3, 4), 2)
        .Text("shape").InnerMap(2).Text("1").Raw(2).Text("0").Raw(2)
        .Text(Chunked).Raw(0xc3).ToArray();

    private static byte[] Nested(int depth)
    {
        var bytes = new MsgpackBytes();
        for (var i = 0; i < depth; i++) bytes.InnerMap(1).Text("m");
        return bytes.Raw(1).ToArray();
    }

    /// <summary>A long key in front of many short ones: 60 kB that would name 80 MB.</summary>
    private static byte[] Repeating()
    {
        var bytes = Map(1).LongText(new string('k', 4000)).Raw(0xde, 20000 >> 8, 20000 & 255);
        for (var i = 0; i < 20000; i++) bytes.Text($"{i:x}").Raw(1);
        return bytes.ToArray();
    }
}
