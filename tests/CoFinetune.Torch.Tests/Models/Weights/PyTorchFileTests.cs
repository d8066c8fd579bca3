using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Models.Weights.HandMade;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static CoFinetune.Torch.Tests.Models.Weights.HandMade.PickleBytes;

namespace CoFinetune.Torch.Tests.Models.Weights;

public sealed class PyTorchFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<HostileFile> Pickles =>
    [
        new("protocol 255", "protocol 2 to 5", Protocol(255).Codes("}.").File()),
        new("no protocol", "protocol 2 to 5", Bare.Codes("}.").File()),
        new("nothing at all", "cut off", Bare.File()),
        new("no STOP", "cut off", Protocol().Codes("}").File()),
        new("STOP of nothing", "empty stack", Protocol().Codes(".").File()),
        new("bytes behind STOP", "after its end", Protocol().Codes("}..").File()),
        new("two values left", "after its end", Protocol().Codes("}}.").File()),
        new("an open mark", "empty stack", Protocol().Codes("}(.").File()),
        new("POP below a mark", "empty stack", Protocol().Codes("}(0.").File()),
        new("a mark never set", "never set", Protocol().Codes("}t.").File()),
        new("a memo of nothing", "empty stack", Protocol().Codes("q").Raw(0).Codes("}.").File()),
        new("a memo beyond the program", "as number 4294967295", Protocol().Codes("}r").Raw(255, 255, 255, 255).Codes(".").File()),
        new("a memo never set", "never remembered", Protocol().Codes("}j").Raw(9, 0, 0, 0).Codes("0.").File()),
        new("entries without value", "no dictionary", Protocol().Codes("}(").Text("a").Codes("u.").File()),
        new("entries of a list", "no dictionary", Protocol().Codes("](").Text("a").Int(1).Codes("u.").File()),
        new("an item for a tuple", "no list", Protocol().Codes(")Na.").File()),
        new("a text of 4 GB", "cut off", Protocol().Codes("X").Raw(255, 255, 255, 255).Codes(".").File()),
        new("a text of negative length", "impossible length", Protocol(4).Raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x80).Codes(".").File()),
        new("a text that is not UTF-8", "not UTF-8", Protocol().Codes("}X").Raw(1, 0, 0, 0, 0xff).Codes("Ns.").File()),
        new("a name without end", "without end", Protocol().Codes("ctorch").File()),
        new("a name with a carriage return", "asks Python for torch.\\u000dFloatStorage", Protocol().Global("torch", "\rFloatStorage").Codes(".").File()),
        new("a name with a zero", "FloatStorage\\u0000", Protocol().Global("torch", "FloatStorage\0").Codes(".").File()),
        new("a name that steers the terminal", "\\u001b[2J\\u000asystem", Protocol(4).Text("os").Text("\u001b[2J\nsystem").Raw(0x93).Codes(".").File()),
        new("a dotted name", "asks Python for torch._utils._rebuild_tensor_v2.__globals__", Protocol(4).Text("torch._utils").Text("_rebuild_tensor_v2.__globals__").Raw(0x93).Codes(".").File()),
        new("a name that is a number", "without text", Protocol(4).Int(1).Int(2).Raw(0x93).Codes(".").File()),
        new("os.system", "asks Python for os.system", Protocol().Global("os", "system").Codes("(").Text("true").Codes("tR.").File()),
        new("a numpy scalar of the training state", "asks Python for numpy.core.multiarray.scalar, which is not loaded here: save the state dict alone",
            Protocol().Codes("}").Text("best").Global("numpy.core.multiarray", "scalar").Codes("s.").File()),
        new("a call of what a call returned", "no part of weights", Protocol().Global("collections", "OrderedDict").Codes(")R)R.").File()),
        new("a call without tuple", "without arguments", Protocol().Global("collections", "OrderedDict").Codes("}R.").File()),
        new("a dictionary from no pairs", "no pairs", Protocol().Global("collections", "OrderedDict").Codes("(]K").Raw(1).Codes("atR.").File()),
        new("a storage class that is called", "no part of weights", Protocol().Global("torch", "FloatStorage").Codes(")R.").File()),
        new("a parameter of a dictionary", "no part of weights", Protocol().Global("torch._utils", "_rebuild_parameter").Codes("(}").Raw(0x88).Codes("}tR.").File()),
        new("a namespace with arguments", "no part of weights", Protocol().Global("argparse", "Namespace").Codes("K").Raw(1, 0x85, 0x81).Codes(".").File()),
        new("an ordered dictionary by NEWOBJ", "no part of weights", Protocol().Global("collections", "OrderedDict").Codes(")").Raw(0x81).Codes(".").File()),
        new("attributes of a dictionary", "sets attributes", Protocol().Codes("}}b.").File()),
        new("attributes of a truth value", "sets attributes", Protocol().Raw(0x88).Codes("}b.").File()),
        new("a tensor of text sizes", "something else than numbers", Protocol().Global("torch._utils", "_rebuild_tensor_v2").Codes("(").Storage().Int(0)
            .Codes("(").Text("4").Codes("t").Longs(1).Raw(0x89).Codes("}tR.").File()),
        new("a tensor without strides", "without storage", Protocol().Global("torch._utils", "_rebuild_tensor_v2").Codes("(").Storage().Int(0).Longs(4).Codes("tR.").File()),
        new("a storage by number", "unknown way", Protocol().Codes("K").Raw(7).Codes("Q.").File()),
        new("a storage of no class", "unknown way", Protocol().Codes("(").Text("storage").Global("collections", "OrderedDict").Text("0").Text("cpu").Int(4).Codes("tQ.").File()),
        new("a storage of negative length", "unknown way", Protocol().Storage("0", -4).Codes(".").File()),
        new("INST", "0x69", Protocol().Codes("(ios\nsystem\n.").File()),
        new("millions of steps", "steps", Protocol().Raw([.. Enumerable.Repeat("N0"u8.ToArray(), 1_100_000).SelectMany(two => two)]).Codes("}.").File()),
    ];

    public static TheoryData<HostileFile> Tensors =>
    [
        new("a storage with an absolute path", "no member 'archive/data//etc/passwd'", Protocol().Tensor([4], [1], key: "/etc/passwd").Codes(".").File()),
        new("a storage that is the pickle", "no member 'archive/data/../data.pkl'", Protocol().Tensor([4], [1], key: "../data.pkl").Codes(".").File()),
        new("a storage of 2^62 floats", "are announced", Protocol().Tensor([4], [1], count: 1L << 62).Codes(".").File()),
        new("a storage of another type", "are announced", Protocol().Tensor([4], [1], type: "DoubleStorage").Codes(".").File()),
        new("65 sides", "65 sides", Protocol().Tensor([.. new long[65].Select(_ => 1L)], new long[65]).Codes(".").File()),
        new("2^64 elements", "impossible", Protocol().Tensor([1L << 32, 1L << 32], [0, 0]).Codes(".").File()),
        new("an empty tensor of impossible sides", "impossible", Protocol().Tensor([0, 1L << 62, 1L << 62], [0, 0, 0]).Codes(".").File()),
        new("a stride beyond 64 bits", "impossible", Protocol().Tensor([long.MaxValue, 1], [long.MaxValue, 1]).Codes(".").File()),
        new("a view beyond the storage", "beyond its storage", Protocol().Tensor([2, 2], [3, 1]).Codes(".").File()),
        new("an offset beyond 64 bits", "beyond its storage", Protocol().Tensor([4], [1], offset: long.MaxValue).Codes(".").File()),
        new("an empty view behind the end", "beyond its storage", Protocol().Tensor([0], [1], offset: 5).Codes(".").File()),
        new("a terabyte of one value", "over and over", Protocol().Tensor([1L << 38], [0]).Codes(".").File()),
        new("two tensors of one name", "two tensors 'a.b'", Protocol().Codes("}(").Text("a.b").Tensor().Text("a").Codes("}").Text("b").Tensor().Codes("su.").File()),
        new("a tensor under a tuple", "neither text nor number", Protocol().Codes("})").Tensor().Codes("s.").File()),
        new("a name of 5000 letters", "too long", Protocol().Codes("}").Text(new string('n', 5000)).Tensor().Codes("s.").File()),
        new("a list in itself", "contains itself", Protocol().Codes("]q").Raw(0).Codes("h").Raw(0).Codes("a.").File()),
        new("lists that double thirty times", "over and over", Doubling(30).Codes(".").File()),
        new("a number", "no dictionary of tensors", Protocol().Int(42).Codes(".").File()),
        new("truth values of 2", "truth value 2", Protocol().Tensor([4], [1], key: "1", type: "BoolStorage").Codes(".").File(("archive/data/1", [0, 1, 2, 1]))),
        new("a stray member", "outside of the folder", Protocol().Tensor().Codes(".").File(("other/data/0", []))),
        new("a second pickle", "two data.pkl", Protocol().Tensor().Codes(".").File(("archive/data/data.pkl", []))),
        new("a program in TorchScript", "TorchScript", Protocol().Tensor().Codes(".").File(("archive/constants.pkl", []))),
        new("an unknown byte order", "neither little nor big", Protocol().Tensor().Codes(".").File(("archive/byteorder", "middle"u8.ToArray()))),
        new("a long byte order", "neither little nor big", Protocol().Tensor().Codes(".").File(("archive/byteorder", new byte[5000]))),
        new("an archive of numpy arrays", "no data.pkl", ZipBytes.Of(("a.npy", NpyBytes.Floats("(1,)", 1))).Bytes),
    ];

    [Theory]
    [MemberData(nameof(Pickles))]
    [MemberData(nameof(Tensors))]
    public void Open_HostileFile_IsRefused(HostileFile file)
    {
        var path = Path.Combine(_folder.Path, "weights.pth");
        File.WriteAllBytes(path, file.Bytes);

        var problem = Assert.Throws<WeightsException>(() => WeightBytes.ReadAll(path));

        Assert.Contains(file.Says, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{path}: ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }

    [Fact]
    public void Read_ViewsOfOneStorage_AreMadeContiguous()
    {
        var pickle = Protocol().Codes("}(")
            .Text("whole").Tensor()
            .Text("turned").Tensor([2, 2], [1, 2])
            .Text("second").Tensor([2], [2], offset: 1)
            .Text("repeated").Tensor([2, 3], [1, 0], offset: 1)
            .Text("one").Tensor([], [], offset: 2)
            .Text("none").Tensor([0, 3], [3, 1])
            .Text("list").Codes("](").Tensor([1], [1]).Codes("Ne")
            .Text("settings").Global("argparse", "Namespace").Codes(")").Raw(0x81).Codes("}").Text("lr").Codes("Nsb")
            .Text("step").Int(3)
            .Codes("u.");
        using var file = Open(pickle.File());

        Assert.Equal(["whole", "turned", "second", "repeated", "one", "none", "list.0"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([1, 2, 3, 4], WeightBytes.Floats(file, "whole"));
        Assert.Equal([1, 3, 2, 4], WeightBytes.Floats(file, "turned"));
        Assert.Equal([2, 4], WeightBytes.Floats(file, "second"));
        Assert.Equal([2, 2, 2, 3, 3, 3], WeightBytes.Floats(file, "repeated"));
        Assert.Equal([3], WeightBytes.Floats(file, "one"));
        Assert.Empty(WeightBytes.Floats(file, "none"));
        Assert.Equal([1], WeightBytes.Floats(file, "list.0"));
    }

    [Fact]
    public void Read_BigEndianStorage_IsTurnedRound()
    {
        using var file = Open(Protocol().Codes("}").Text("a").Tensor([2, 2], [1, 2], key: "1").Codes("s.").File(
            ("archive/byteorder", "big"u8.ToArray()), ("archive/data/1", [.. Floats(1, 2, 3, 4).Chunk(4).SelectMany(four => four.Reverse())])));
        Assert.Equal([1, 3, 2, 4], WeightBytes.Floats(file, "a"));
    }

    [Fact]
    public void Read_DamagedStorage_IsNoticedByEveryView()
    {
        var zip = Protocol().Codes("}(").Text("whole").Tensor().Text("half").Tensor([2], [1]).Text("turned").Tensor([2, 2], [1, 2]).Codes("u.").Zip();
        zip.Bytes[zip.Content(1) + 15] ^= 1;
        using var file = Open(zip.Bytes);
        foreach (var name in (string[])["whole", "half", "turned"])
            Assert.Contains("checksum", Assert.Throws<WeightsException>(() => WeightBytes.Of(file, name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WideEndAsPyTorchWritesIt_IsRead()
    {
        using var file = Open(Protocol().Codes("}").Text("a").Tensor().Codes("s.").Zip().WithWideEnd().Bytes);
        Assert.Equal("PyTorch zip", file.Format);
        Assert.Equal([1, 2, 3, 4], WeightBytes.Floats(file, "a"));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A list that holds a list twice that holds a list twice ...</summary>
    private static PickleBytes Doubling(int times)
    {
        var pickle = Protocol().Codes("]");
        for (byte i = 0; i < times; i++) pickle.Codes("q").Raw(i).Codes("0](h").Raw(i).Codes("h").Raw(i).Codes("e");
        return pickle;
    }

    private WeightFile Open(byte[] bytes)
    {
        var path = Path.Combine(_folder.Path, "weights.pth");
        File.WriteAllBytes(path, bytes);
        return WeightFile.Open(path);
    }
}
