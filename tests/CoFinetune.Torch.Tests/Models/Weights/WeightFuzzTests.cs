using System.Diagnostics;
using System.IO.Compression;
using CoFinetune.Models.Weights;
using CoFinetune.Torch.Tests.Models.Weights.HandMade;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Models.Weights;

/// <summary>Thousands of damaged files: each is read, or refused in words. Seeded, so that a failure comes again.</summary>
public sealed class WeightFuzzTests : IDisposable
{
    private const int Mutations = 1500;
    private const long AllocatedAtMost = 100 << 20;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => ["a.safetensors", "a.npy", "a.npz", "a.msgpack", "a.pth", "deflated.npz"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Open_DamagedFile_IsReadOrRefused(string name)
    {
        var whole = Whole(name);
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllBytes(path, whole);
        Assert.NotEqual(0, WeightBytes.ReadAll(path));
        var random = new Random(20261124);
        for (var i = 0; i < Mutations; i++)
        {
            var bytes = Mutate(whole, random);
            File.WriteAllBytes(path, bytes);
            var time = Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                _ = WeightBytes.ReadAll(path);
            }
            catch (WeightsException refused)
            {
                Assert.DoesNotContain(refused.Message, char.IsControl);
            }
            catch (Exception other)
            {
                Assert.Fail($"mutation {i}: {other}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocatedAtMost);
            Assert.InRange(time.Elapsed.TotalSeconds, 0, 5);
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Flips, numbers at their limits, insertions, deletions, repeated and cut parts; one to four of them.</summary>
    internal static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var times = random.Next(1, 5); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 17), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: for (var i = 0; i < length; i++) bytes[at + i] = (byte)(random.Next(2) * 255); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length)); break;
                case 4: bytes.RemoveRange(at, length); break;
                case 5: bytes.RemoveRange(at, bytes.Count - at); break;
                default: for (var i = 0; i < length; i++) bytes[at + i] = bytes[random.Next(bytes.Count)]; break;
            }
        }
        return [.. bytes];
    }

    private static byte[] Whole(string name)
    {
        var array = NpyBytes.Of("{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }", PickleBytes.Floats(1, 2, 3, 4, 5, 6));
        return name switch
        {
            "a.npy" => array,
            "a.npz" => ZipBytes.Of(("a/b.npy", array), ("c.npy", NpyBytes.Floats("()", 1))).WithWideEnd().Bytes,
            "deflated.npz" => ZipBytes.Of(CompressionLevel.Optimal, ("a/b.npy", array), ("c.npy", NpyBytes.Floats("(1, 1)", 1))).Bytes,
            "a.msgpack" => MsgpackBytes.Map(3).Text("step").Raw(5)
                .Text("w").InnerMap(3).Text("__msgpack_chunked_array__").Raw(0xc3).Text("shape").InnerMap(1).Text("0").Raw(4)
                    .Text("chunks").InnerMap(2).Text("0").Array("float32", PickleBytes.Floats(1, 2), 2).Text("1").Array("float32", PickleBytes.Floats(3, 4), 2)
                .Text("p").InnerMap(1).Text("b").Array("bfloat16", [1, 2, 3, 4], 2, 1).ToArray(),
            "a.pth" => PickleBytes.Protocol().Codes("}q").Raw(0).Codes("(").Text("a").Tensor().Text("list").Codes("](").Tensor([2, 2], [1, 2]).Tensor([2], [2]).Codes("e")
                .Text("n").Global("argparse", "Namespace").Codes(")").Raw(0x81).Codes("}b").Codes("u.").Zip().WithWideEnd().Bytes,
            _ => [0x6e, 0, 0, 0, 0, 0, 0, 0, .. """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[8,10]} }"""u8, .. PickleBytes.Floats(1, 2), 0, 1],
        };
    }
}
