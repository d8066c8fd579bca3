using System.Buffers.Binary;
using System.Text;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Models.Weights.Safetensors;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Weights;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.safetensors");

    public void Dispose() => File.Delete(_path);

    /// <summary>The example of the format's own test suite.</summary>
    [Fact]
    public void Write_OneTensor_IsTheReferenceFileByteForByte()
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();

        SafetensorsWriter.Write(stream, [("attn.0", arange(6, float32).reshape(1, 2, 3))]);

        const string Header = """{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}""";
        var expected = (byte[])[64, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Header.PadRight(64)), .. Floats(0, 1, 2, 3, 4, 5)];
        Assert.Equal(expected, stream.ToArray());
    }

    [Fact]
    public void WriteAndRead_EveryType_KeepsEveryBit()
    {
        using var scope = NewDisposeScope();
        (string Name, Tensor Tensor)[] tensors =
        [
            ("z", tensor([1.5, double.NaN, double.NegativeInfinity])),
            ("half", tensor([1f, -2f]).to_type(float16)),
            ("brain", tensor([1f, -2f, 3f]).to_type(bfloat16)),
            ("bytes", tensor([(byte)0, (byte)255])),
            ("flags", tensor([true, false])),
            ("long", tensor([long.MinValue, long.MaxValue])),
            ("int", tensor([int.MinValue, 5])),
            ("short", tensor([(short)-3])),
            ("signed", tensor([(sbyte)-128])),
            ("scalar", tensor(3.5f)),
            ("empty", zeros(2, 0, 4)),
            ("turned", arange(6, float32).reshape(2, 3).t()),
            ("schlüssel \"q\"\\", tensor([1f])),
        ];

        SafetensorsWriter.Write(_path, tensors, new Dictionary<string, string> { ["b"] = "2", ["a"] = "é\n" });

        using var file = SafetensorsFile.Open(_path);
        Assert.Equal("é\n", file.Metadata["a"]);
        Assert.Equal(tensors.Length, file.Entries.Count);
        foreach (var (name, tensor) in tensors)
        {
            TensorAssert.Same(tensor, file.Read(name));
            var filled = zeros_like(tensor);
            file.ReadInto(name, filled);
            TensorAssert.Same(tensor, filled);
        }
        // Widest type first, so that every tensor begins at a multiple of its element.
        long begin = 0;
        foreach (var entry in file.Entries.Where(entry => entry.Bytes > 0))
        {
            Assert.Equal(0, begin % (entry.Bytes / entry.Count));
            begin += entry.Bytes;
        }
    }

    [Fact]
    public void Write_OtherOrder_GivesTheSameBytes()
    {
        using var scope = NewDisposeScope();
        (string, Tensor)[] tensors = [("b", ones(2)), ("a", ones(3)), ("c", ones(1, int64))];
        var metadata = new Dictionary<string, string> { ["x"] = "1", ["w"] = "2" };
        using var one = new MemoryStream();
        using var other = new MemoryStream();

        SafetensorsWriter.Write(one, tensors, metadata);
        SafetensorsWriter.Write(other, tensors.Reverse(), metadata.Reverse().ToDictionary());

        Assert.Equal(one.ToArray(), other.ToArray());
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(other, [("a", ones(1)), ("a", ones(2))]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(other, [("a", ones(1, complex64))]));
    }

    [Fact]
    public void ReadInto_PieceOfABuffer_FillsThatPieceAlone()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(_path, [("a", tensor([1f, 2f, 3f, 4f]))]);
        using var file = SafetensorsFile.Open(_path);
        var buffer = zeros(10);
        var strided = zeros(4, 2);

        file.ReadInto("a", buffer.narrow(0, 3, 4));
        file.ReadInto("a", strided.select(1, 1));

        TensorAssert.Same(tensor([0f, 0, 0, 1, 2, 3, 4, 0, 0, 0]), buffer);
        TensorAssert.Same(tensor([0f, 1, 0, 2, 0, 3, 0, 4], [4, 2]), strided);
        Assert.Contains("'a' is F32 [4], wanted Float32 [5]", Assert.Throws<WeightsException>(() => file.ReadInto("a", zeros(5))).Message, StringComparison.Ordinal);
        Assert.Throws<WeightsException>(() => file.ReadInto("a", zeros(4, int32)));
        Assert.Contains("no tensor 'b'", Assert.Throws<WeightsException>(() => file.Read("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnsignedTypes_WidensThem()
    {
        using var scope = NewDisposeScope();
        Save("""{"a":{"dtype":"U16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"U32","shape":[1],"data_offsets":[4,8]},"c":{"dtype":"U64","shape":[1],"data_offsets":[8,16]}}""",
            [1, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
        using var file = SafetensorsFile.Open(_path);

        TensorAssert.Same(tensor([1, 65535]), file.Read("a"));
        TensorAssert.Same(tensor([4294967295L]), file.Read("b"));
        Assert.Throws<WeightsException>(() => file.Read("c"));
    }

    [Theory]
    [InlineData("""[]""", 0, "no JSON object")]
    [InlineData("""{"a":1}""", 0, "no object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a' twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'dtype' twice")]
    [InlineData("""{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}""", 1, "type F4")]
    [InlineData("""{"a":{"dtype":null,"shape":[2],"data_offsets":[0,1]}}""", 1, "dtype of 'a'")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,4]}}""", 4, "no dtype")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "begin and end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "begin and end")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808,0],"data_offsets":[0,0]}}""", 0, "whole numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "impossible shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4398046511104]}}""", 4, "holds 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "do not match F32 [2]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "end before it begins")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "holds 5 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "holds 3 bytes")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "no text")]
    [InlineData("""{"__metadata__":[]}""", 0, "no object")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "'a' twice")]
    [InlineData("""{} {}""", 0, "JSON")]
    [InlineData("""{"a":""", 0, "JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "surrogate")]
    public void Open_BrokenHeader_IsRefusedInWords(string header, int dataBytes, string reason)
    {
        Save(header, new byte[dataBytes]);

        var error = Assert.Throws<WeightsException>(() => SafetensorsFile.Open(_path));

        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(_path, error.Path);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Open_BrokenLengthOrEncoding_IsRefused()
    {
        Assert.Contains("no such file", Assert.Throws<WeightsException>(() => SafetensorsFile.Open(_path)).Message, StringComparison.Ordinal);
        foreach (var (bytes, reason) in new (byte[], string)[]
        {
            ([], "0 bytes long"),
            ([1, 2, 3], "too short"),
            ([255, 255, 255, 255, 255, 255, 255, 255], "claims a header of 18446744073709551615"),
            ([0, 0, 0, 0x40, 0, 0, 0, 0], "claims a header of 1073741824"),
            ([9, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'], "only 10 bytes long"),
            ([0, 0, 0, 0, 0, 0, 0, 0], "JSON"),
            ([4, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xff, 0xfe, (byte)'}'], "UTF-8"),
            ([5, 0, 0, 0, 0, 0, 0, 0, 0xef, 0xbb, 0xbf, (byte)'{', (byte)'}'], "JSON"),
        })
        {
            File.WriteAllBytes(_path, bytes);
            Assert.Contains(reason, Assert.Throws<WeightsException>(() => SafetensorsFile.Open(_path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_HundredThousandNamesAndAnOverlap_IsRefusedFast()
    {
        var header = new StringBuilder("{");
        for (var i = 0; i < 100_000; i++) header.Append($$"""
            "k{{i}}":{"dtype":"U8","shape":[1],"data_offsets":[{{i}},{{i + 1}}]},
            """);
        Save(header.Append("""
            "last":{"dtype":"U8","shape":[1],"data_offsets":[99999,100000]}}
            """).ToString(), new byte[100_000]);

        Assert.Contains("overlap", Assert.Throws<WeightsException>(() => SafetensorsFile.Open(_path)).Message, StringComparison.Ordinal);
    }

    private void Save(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        File.WriteAllBytes(_path, [.. length, .. text, .. data]);
    }

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
