using CoFinetune.Models.Weights.Streams;
using CoFinetune.Models.Weights.Zip;

namespace CoFinetune.Models.Weights.Numpy;

/// <summary>Arrays that numpy saved: one in an <c>.npy</c> file, under the empty name, or several in an <c>.npz</c> file.</summary>
internal static class NumpyReader
{
    private const string Extension = ".npy";

    /// <exception cref="WeightsException">The file is no array.</exception>
    public static WeightIndex ReadArray(SourceFile file)
    {
        var index = new WeightIndex(file, "numpy array");
        NpyHeader header;
        using (var start = new FileStretch(file, new FilePiece(0, file.Length))) header = NpyHeaderReader.Read(start, file.Broken);
        Add(index, "", header, file.Length, (begin, length) => new FileStretch(file, new FilePiece(begin, length)), file.Broken);
        return index;
    }

    /// <exception cref="WeightsException">A member is no array, or the zip file is broken.</exception>
    public static WeightIndex ReadArchive(SourceFile file, IReadOnlyList<ZipMember> members)
    {
        var index = new WeightIndex(file, "numpy archive");
        foreach (var member in members)
        {
            if (!member.Name.EndsWith(Extension, StringComparison.Ordinal)) throw member.Broken("is no numpy array");
            NpyHeader header;
            using (var start = member.Open(0, member.Size)) header = NpyHeaderReader.Read(start, member.Broken);
            Add(index, member.Name[..^Extension.Length], header, member.Size, member.Open, member.Broken, member.IsDeflated ? member.Packed.Length : long.MaxValue);
        }
        return index;
    }

    private static void Add(
        WeightIndex index, string name, NpyHeader header, long fileLength,
        Func<long, long, Stream> open, Func<string, Exception?, WeightsException> broken, long packed = long.MaxValue)
    {
        var entry = new WeightEntry(name, header.Type, header.Shape);
        var width = TensorTypes.Bytes(header.Type);
        if (fileLength - header.DataStart != entry.Bytes) throw broken($"holds {fileLength - header.DataStart} bytes behind its header, which do not match {TensorTypes.Name(header.Type)} {entry.ShapeText}", null);
        var strides = Layout.FortranStrides(header.Shape);
        var turned = header.IsFortran && !Layout.IsContiguous(header.Shape, strides);
        if (turned && !Turning.Fits(entry.Bytes, packed)) throw broken(Turning.Problem, null);
        index.Add(entry, () =>
        {
            Stream bytes = turned ? new StridedStream(() => Load(open(header.DataStart, entry.Bytes), entry.Bytes), width, header.Shape, strides) : open(header.DataStart, entry.Bytes);
            return header.IsBigEndian ? new SwappedStream(bytes, width) : bytes;
        });
    }

    private static byte[] Load(Stream stream, long length)
    {
        using var source = stream;
        var bytes = new byte[length];
        source.ReadExactly(bytes);
        return bytes;
    }
}
