using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Models.Weights.HandMade;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Models.Weights;

public sealed class NumpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<HostileFile> Headers => new(new (string What, string Says, string Header)[]
    {
        ("a call", "no dictionary of plain texts", "{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (1,), }"),
        ("a call around it", "no '{'", "dict(descr='<f4', fortran_order=False, shape=(1,))"),
        ("code behind it", "after its end", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} or exit()"),
        ("sides that are no numbers", "whole numbers", "{'descr': '<f4', 'fortran_order': False, 'shape': (nan,), }"),
        ("a fraction", "whole numbers|no list of numbers", "{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,), }"),
        ("a negative side", "whole numbers", "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"),
        ("a side beyond 63 bits", "whole numbers", "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808, 0), }"),
        ("sides beyond 63 bits together", "impossible shape", "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 0), }"),
        ("a shape in a shape", "whole numbers", "{'descr': '<f4', 'fortran_order': False, 'shape': ((1,),), }"),
        ("a number as shape", "a number, no list", "{'descr': '<f4', 'fortran_order': False, 'shape': (1), }"),
        ("no comma", "no list of numbers", "{'descr': '<f4', 'fortran_order': False, 'shape': (1 1), }"),
        ("no end", "no '}'|whole numbers", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,"),
        ("a key twice", "'shape' twice", "{'descr': '<f4', 'shape': (2,), 'fortran_order': False, 'shape': (1,), }"),
        ("an unknown key", "the key 'x'", "{'x': 1, 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"),
        ("an escape", "plain texts", "{'descr': '<\\x66\\x34', 'fortran_order': False, 'shape': (1,), }"),
        ("an order that is a number", "True nor False", "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), }"),
        ("Python objects", "Python objects", "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"),
        ("columns", "several columns", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"),
        ("texts", "element type '<U1'", "{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }"),
        ("complex numbers", "element type '<c8'", "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }"),
        ("no type", "element type ''", "{'descr': '', 'fortran_order': False, 'shape': (1,), }"),
        ("too many sides", "impossible shape", $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1, ", 65))}), }}"),
        ("a tensor of 3 values", "do not match", "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"),
        ("nothing", "no '{'", ""),
    }.Select(test => new HostileFile(test.What, test.Says, NpyBytes.Of(test.Header, 0, 0, 0x80, 0x3f))));

    public static TheoryData<HostileFile> Files =>
    [
        new("nothing", "within its header|0 bytes", []),
        new("the magic alone", "within its header", [0x93, .. "NUMPY"u8]),
        new("version 2.1", "version 2.1", [0x93, .. "NUMPY"u8, 2, 1, 0, 0, 0, 0]),
        new("a header of 4 GB", "4294967295 bytes", [0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255, .. "{'descr'"u8]),
        new("a header beyond the end", "within its header", [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. "{'descr': '<f4', "u8]),
        new("truth values of 2", "truth value 2", NpyBytes.Of("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", 1, 2)),
        new("a zip file", "looks like a zip file", ZipBytes.Of(("a.npy", NpyBytes.Floats("(1,)", 1))).Bytes),
    ];

    [Theory]
    [MemberData(nameof(Headers))]
    [MemberData(nameof(Files))]
    public void Open_HostileFile_IsRefused(HostileFile file)
    {
        var path = Write("a.npy", file.Bytes);

        var problem = Assert.Throws<WeightsException>(() => WeightBytes.ReadAll(path));

        Assert.True(file.Says.Split('|').Any(part => problem.Message.Contains(part, StringComparison.Ordinal)), problem.Message);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }

    [Fact]
    public void Read_FortranOrder_IsTurned()
    {
        var path = Write("a.npy", NpyBytes.Of("{'shape': (2, 3), 'fortran_order': True, 'descr': '>f4'}", [.. PickleBytes.Floats(1, 2, 3, 4, 5, 6).Chunk(4).SelectMany(four => four.Reverse())]));
        using var file = WeightFile.Open(path);
        Assert.Equal([1, 3, 5, 2, 4, 6], WeightBytes.Floats(file, ""));
        Assert.Equal([2, 3], file.Entry("").Shape);
    }

    [Fact]
    public void Open_LargeTurnedArrays_AreTurnedWithoutMistake()
    {
        const int Rows = 300, Columns = 200, Slices = 5;
        var values = new float[Rows * Columns * Slices];
        for (var i = 0; i < values.Length; i++) values[i] = i;
        var path = Write("a.npy", NpyBytes.Of($"{{'descr': '<f4', 'fortran_order': True, 'shape': ({Rows}, {Columns}, {Slices}), }}", PickleBytes.Floats(values)));
        using var file = WeightFile.Open(path);
        var turned = WeightBytes.Floats(file, "");
        var at = 0;
        for (var row = 0; row < Rows; row++)
            for (var column = 0; column < Columns; column++)
                for (var slice = 0; slice < Slices; slice++)
                    if (turned[at++] != row + (Rows * (column + (Columns * slice)))) Assert.Fail($"[{row}, {column}, {slice}] is {turned[at - 1]}");
    }

    [Fact]
    public void Open_BrainFloatsOfJax_AreKnownByTheirTwoBytes()
    {
        var path = Write("a.npz", ZipBytes.Of(("w.npy", NpyBytes.Of("{'descr': '|V2', 'fortran_order': False, 'shape': (2L,), }", 0x80, 0x3f, 0, 0xc0))).Bytes);
        using var file = WeightFile.Open(path);
        Assert.Equal(new WeightEntry("w", TensorType.BF16, file.Entry("w").Shape), file.Entry("w"));
        Assert.Equal([0x80, 0x3f, 0, 0xc0], WeightBytes.Of(file, "w"));
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
