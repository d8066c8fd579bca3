using System.Text;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Models.Weights.HandMade;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Weights;

public sealed class WeightFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[], string> Mistaken => new()
    {
        { "a.safetensors", PickleBytes.Protocol().Codes("}.").File(), "is no safetensors file: looks like a zip file" },
        { "a.safetensors", NpyBytes.Floats("(1,)", 1), "is no safetensors file: looks like a numpy array" },
        { "a.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"u8.ToArray(), "git lfs pull" },
        { "a.pth", "\r\n<html><head>"u8.ToArray(), "is no PyTorch file: looks like an HTML page: download the file itself" },
        { "a.pt", Safetensors(), "is no PyTorch file: looks like a safetensors file" },
        { "a.bin", [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'], "torch.save before PyTorch 1.6: load it with torch and save it again" },
        { "a.ckpt", PickleBytes.Protocol().Codes("}.").ToArray(), "a bare pickle" },
        { "a.pth", [.. new byte[257], .. "ustar"u8, .. new byte[250]], "a tar file" },
        { "a.npz", PickleBytes.Protocol().Codes("}.").File(), "name it .pth" },
        { "a.NPZ", [0x1f, 0x8b, 8, 0], "a gzip file" },
        { "a.msgpack", [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10], "an HDF5 file" },
        { "a", "hello"u8.ToArray(), "is no weight file: safetensors, numpy, Flax msgpack and PyTorch files are read" },
        { "a", [], "is no weight file" },
        { "checkpoint", PickleBytes.Protocol().Codes("}.").ToArray(), "is no weight file: looks like a bare pickle" },
    };

    [Theory]
    [MemberData(nameof(Mistaken))]
    public void Open_OtherContentThanTheName_SaysWhatItLooksLike(string name, byte[] content, string says)
    {
        var path = Write(name, content);
        Assert.Contains(says, Assert.Throws<WeightsException>(() => WeightFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NameWithoutExtension_IsKnownByItsContent()
    {
        foreach (var (content, format) in new (byte[], string)[]
        {
            (Safetensors(), "safetensors"),
            (NpyBytes.Floats("(1,)", 1), "numpy array"),
            (ZipBytes.Of(("a.npy", NpyBytes.Floats("(1,)", 1))).Bytes, "numpy archive"),
            (PickleBytes.Protocol().Codes("}").Text("a").Tensor().Codes("s.").File(), "PyTorch zip"),
            (MsgpackBytes.Map(1).Text("a").Array("uint8", [1], 1).ToArray(), "Flax msgpack"),
        })
        {
            using var file = WeightFile.Open(Write("checkpoint", content));
            Assert.Equal(format, file.Format);
            Assert.Single(file.Entries);
        }
    }

    /// <summary>The length of a header can look like the mark of a pickle or of gzip.</summary>
    [Theory]
    [InlineData(0x0280)]
    [InlineData(0x8b1f)]
    public void Open_SafetensorsThatBeginLikeAnother_IsRead(int headerLength)
    {
        var whole = Safetensors();
        byte[] padded = [.. BitConverter.GetBytes((long)headerLength), .. whole[8..^4], .. Enumerable.Repeat((byte)' ', headerLength - (whole.Length - 12)), .. whole[^4..]];
        foreach (var name in (string[])["a.safetensors", "a"])
        {
            using var file = WeightFile.Open(Write(name, padded));
            Assert.Equal([1], WeightBytes.Floats(file, "a"));
        }
        Assert.Contains("claims a header", Assert.Throws<WeightsException>(() => WeightFile.Open(Write("a.safetensors", padded[..100]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_Folder_TakesTheSafestFile()
    {
        Assert.Contains("model.safetensors, model.safetensors.index.json, pytorch_model.bin, checkpoint", Assert.Throws<WeightsException>(() => WeightFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
        Write("pytorch_model.bin", PickleBytes.Protocol().Codes("}").Text("a").Tensor().Codes("s.").File());
        using (var file = WeightFile.Open(_folder.Path)) Assert.Equal("PyTorch zip", file.Format);
        Write("model.safetensors", Safetensors());
        using (var file = WeightFile.Open(_folder.Path)) Assert.Equal("safetensors", file.Format);
        Assert.Contains("no such file", Assert.Throws<WeightsException>(() => WeightFile.Open(Path.Combine(_folder.Path, "absent"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadInto_OfEveryFormat_FillsTheTensor()
    {
        using var scope = NewDisposeScope();
        var wanted = tensor([1f, 2, 3, 4], [2, 2]);
        foreach (var (name, tensorName, content) in new (string, string, byte[])[]
        {
            ("a.npy", "", NpyBytes.Floats("(2, 2)", 1, 2, 3, 4)),
            ("a.npz", "a", ZipBytes.Of(System.IO.Compression.CompressionLevel.Optimal, ("a.npy", NpyBytes.Floats("(2, 2)", 1, 2, 3, 4))).Bytes),
            ("a.pth", "a", PickleBytes.Protocol().Codes("}").Text("a").Tensor([2, 2], [2, 1]).Codes("s.").File()),
            ("a.msgpack", "a", MsgpackBytes.Map(1).Text("a").Array("float32", PickleBytes.Floats(1, 2, 3, 4), 2, 2).ToArray()),
        })
        {
            using var file = WeightFile.Open(Write(name, content));
            var filled = zeros(2, 2);
            file.ReadInto(tensorName, filled);
            TensorAssert.Same(wanted, filled);
            TensorAssert.Same(wanted, file.Read(tensorName));
        }
    }

    [Fact]
    public void Read_FailedTensor_LeavesNoneBehind() => LiveTensors.RequireNoneLeft(() =>
    {
        using var file = WeightFile.Open(Write("a.npy", NpyBytes.Of("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", 1, 2)));
        Assert.Throws<WeightsException>(() => file.Read(""));
    });

    public void Dispose() => _folder.Dispose();

    private static byte[] Safetensors()
    {
        var header = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        return [(byte)header.Length, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(header), 0, 0, 0x80, 0x3f];
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
