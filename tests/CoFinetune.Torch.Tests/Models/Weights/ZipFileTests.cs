using System.Buffers.Binary;
using System.IO.Compression;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Models.Weights.HandMade;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Models.Weights;

/// <summary>Zip files whose parts disagree, of which each reader would make something else.</summary>
public sealed class ZipFileTests : IDisposable
{
    private const int Encrypted = 1;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<HostileFile> Files
    {
        get
        {
            var data = new TheoryData<HostileFile>();
            Bend("bytes behind the end", "something was appended", z => z.Append(0));
            Bend("a comment", "something was appended", z => z.Put16(z.End + 20, 1).Append(0));
            Bend("a second end in the comment of the first", "does not lie", z => z.Put16(z.End + 20, 22).Append([.. "PK\x5\x6"u8, .. new byte[18]]));
            Bend("a comment that is not there", "something was appended", z => z.Put16(z.End + 20, 5));
            Bend("two disks", "one part of several", z => z.Put16(z.End + 4, 1));
            Bend("a member on another disk", "one part of several", z => z.Put16(z.Entry(0) + 34, 1));
            Bend("two counts", "in two ways", z => z.Put16(z.End + 8, 1));
            Bend("too many members", "is broken", z => z.Put16(z.End + 8, 3).Put16(z.End + 10, 3));
            Bend("too few members", "after its last", z => z.Put16(z.End + 8, 1).Put16(z.End + 10, 1));
            Bend("65535 members", "is broken", z => z.Put16(z.End + 8, 65535).Put16(z.End + 10, 65535));
            Bend("a directory elsewhere", "does not lie", z => z.Put32(z.End + 16, 0));
            Bend("a directory of 4 GB", "4294967295 bytes", z => z.Put32(z.End + 12, uint.MaxValue));
            Bend("a wide count that lies", "in two ways", z => z.WithWideEnd(wide => wide[32] = 9));
            Bend("wide counts that lie together", "two ways", z => z.WithWideEnd(wide => (wide[24], wide[32]) = (9, 9)));
            Bend("a wide offset that lies", "in two ways", z => z.WithWideEnd(wide => wide[48] ^= 1));
            Bend("a wide offset beyond 63 bits", "impossible number", z => z.WithWideEnd(wide => wide[55] = 0x80));
            Bend("a wide size of itself", "cannot be read", z => z.WithWideEnd(wide => wide[4] = 45));
            Bend("a locator that lies", "its own place", z => z.WithWideEnd(wide => wide[64] ^= 1));
            Bend("encryption", "encrypted", z => z.Put16(z.Entry(0) + 8, Encrypted));
            Bend("bzip2", "method 12", z => z.Put16(z.Entry(0) + 10, 12));
            Bend("two lengths of a stored member", "two lengths", z => z.Put32(z.Entry(0) + 20, 1));
            Bend("a broken extra field", "reach beyond|is broken|extra field", z => z.Put16(z.Entry(1) + 30, 1));
            Bend("a member behind the end", "behind the end", z => z.Put32(z.Entry(0) + 42, z.Entry(0)));
            Bend("a member where none begins", "no member begins", z => z.Put32(z.Entry(1) + 42, 4));
            Bend("a member inside of another", "otherwise than the member", z => z.Put32(z.Entry(1) + 42, z.Local(0)));
            Bend("another name in front", "otherwise than the member", z => { z.Bytes[z.Local(0) + 30] = (byte)'z'; return z; });
            Bend("another method in front", "otherwise than the member", z => z.Put16(z.Local(0) + 8, 8));
            Bend("another length in front", "otherwise than the member", z => z.Put32(z.Local(0) + 22, 1));
            Bend("another checksum in front", "otherwise than the member", z => z.Put32(z.Local(0) + 14, 1));
            Bend("other flags in front", "otherwise than the member", z => z.Put16(z.Local(0) + 6, 8));
            Bend("a name in front beyond the end", "reach beyond", z => z.Put16(z.Local(1) + 26, 60000));
            Bend("damaged content", "checksum", z => { z.Bytes[z.Content(0) + 100] ^= 1; return z; });
            Bend("a wrong checksum", "checksum", z => z.Put32(z.Entry(0) + 16, 1).Put32(z.Local(0) + 14, 1));
            Name("a name with a zero", "a\0.npy");
            Name("a name that climbs", "a/../b.npy");
            Name("an absolute name", "/a.npy");
            Name("a name of Windows", "a\\b.npy");
            data.Add(new("two members of a name", "two members 'a.npy'", ZipBytes.Of(("a.npy", Array(1)), ("a.npy", Array(2))).Bytes));
            data.Add(new("a program in front", "does not begin as a zip file does", [.. "#!/bin/sh\n"u8, .. Good().Bytes]));
            Deflated("a deflated member that is longer", "more than its directory", 499, z => Sizes(z, -1));
            Deflated("a deflated member that is shorter", "less than its directory", 501, z => Sizes(z, 1));
            Deflated("a deflated member that is no deflate", "cannot be unpacked", 500, z => { z.Bytes[z.Content(0)] = 0xff; return z; });
            Deflated("a deflated member cut short", "cannot be unpacked|less than", 500, z => z.Put32(z.Entry(0) + 20, 20).Put32(z.Local(0) + 18, 20));
            Deflated("a deflated member of 4 GB", "100 times", 500, z => z.Put32(z.Entry(0) + 24, uint.MaxValue));
            return data;

            void Bend(string what, string says, Func<ZipBytes, ZipBytes> bend) => data.Add(new(what, says, bend(Good()).Bytes));
            void Name(string what, string name) => data.Add(new(what, "lead out of a folder", ZipBytes.Of((name, Array(1))).Bytes));
            void Deflated(string what, string says, int side, Func<ZipBytes, ZipBytes> bend) => data.Add(new(what, says,
                bend(ZipBytes.Of(CompressionLevel.Optimal, ("a.npy", NpyBytes.Of($"{{'descr': '|u1', 'fortran_order': False, 'shape': ({side},), }}", new byte[500])))).Bytes));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Open_ContradictoryFile_IsRefused(HostileFile file)
    {
        var path = Path.Combine(_folder.Path, "weights.npz");
        File.WriteAllBytes(path, file.Bytes);

        var problem = Assert.Throws<WeightsException>(() => WeightBytes.ReadAll(path));

        Assert.True(file.Says.Split('|').Any(part => problem.Message.Contains(part, StringComparison.Ordinal)), problem.Message);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Read_GoodArchive_GivesItsArrays(CompressionLevel level)
    {
        var path = Path.Combine(_folder.Path, "weights.npz");
        File.WriteAllBytes(path, ZipBytes.Of(level, ("a/b.npy", Array(1, 2)), ("empty.npy", NpyBytes.Floats("(0, 3)"))).WithWideEnd().Bytes);
        using var file = WeightFile.Open(path);

        Assert.Equal("numpy archive", file.Format);
        Assert.Equal(["a/b", "empty"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([1, 2], WeightBytes.Floats(file, "a/b"));
        Assert.Empty(WeightBytes.Floats(file, "empty"));
    }

    /// <summary>As members beyond 4 GiB are described.</summary>
    [Fact]
    public void Read_WideNumbersOfAMember_AreUsed()
    {
        var path = Path.Combine(_folder.Path, "weights.npz");
        File.WriteAllBytes(path, ZipBytes.Wide("a.npy", Array(1, 2)));
        using (var file = WeightFile.Open(path)) Assert.Equal([1, 2], WeightBytes.Floats(file, "a"));

        var lies = ZipBytes.Wide("a.npy", Array(1, 2));
        lies[30 + 5 + 4] ^= 1;      // The length in the wide field in front of the member.
        File.WriteAllBytes(path, lies);
        Assert.Contains("otherwise than the member", Assert.Throws<WeightsException>(() => WeightFile.Open(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>The checksum of the nine digits, known from its specification, and that it can be taken in pieces.</summary>
    [Fact]
    public void Crc32_KnownText_IsTheKnownNumber()
    {
        Assert.Equal(0xcbf43926, CoFinetune.Models.Weights.Streams.Crc32.Append(0, "123456789"u8));
        var text = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("123456789", 9)));
        Assert.Equal(CoFinetune.Models.Weights.Streams.Crc32.Append(0, text), CoFinetune.Models.Weights.Streams.Crc32.Append(CoFinetune.Models.Weights.Streams.Crc32.Append(0, text.AsSpan(0, 21)), text.AsSpan(21)));
    }

    public void Dispose() => _folder.Dispose();

    private static ZipBytes Good() => ZipBytes.Of(("a.npy", Array(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)), ("b.npy", Array(5)));

    private static byte[] Array(params float[] values) => NpyBytes.Floats($"({values.Length},)", values);

    /// <summary>Another unpacked length, in the directory and in front of the member.</summary>
    private static ZipBytes Sizes(ZipBytes zip, int more)
    {
        var size = BinaryPrimitives.ReadUInt32LittleEndian(zip.Bytes.AsSpan(zip.Entry(0) + 24)) + more;
        return zip.Put32(zip.Entry(0) + 24, size).Put32(zip.Local(0) + 22, size);
    }
}
