using System.Buffers.Binary;
using System.Text;
using CoFinetune.Models.Weights.Numpy;
using CoFinetune.Models.Weights.Safetensors;

namespace CoFinetune.Models.Weights.Files;

/// <summary>What the first bytes of a file look like.</summary>
/// <param name="Format">A format that is read here; of zip files <see cref="WeightFormat.Npz"/>, whatever is in them. Null for anything else.</param>
/// <param name="Description">The words for it, with what to do; null where the bytes prove nothing.</param>
internal sealed record FileContent(WeightFormat? Format, string? Description)
{
    private const int Length = 512;

    public static FileContent Of(SourceFile file)
    {
        ReadOnlySpan<byte> head = file.Read(0, (int)Math.Min(Length, file.Length));
        // First, since its length may begin like any of the short marks below.
        if (IsSafetensors(head)) return new(WeightFormat.Safetensors, "a safetensors file");
        if (head.StartsWith("PK\x3\x4"u8) || head.StartsWith("PK\x5\x6"u8)) return new(WeightFormat.Npz, "a zip file");
        if (head.StartsWith(NpyHeaderReader.Magic)) return new(WeightFormat.Npy, "a numpy array");
        if (head.StartsWith("version https://git-lfs"u8)) return new(null, "a git-lfs pointer: fetch the file itself with git lfs pull");
        if (head.StartsWith((byte[])[0x89, (byte)'H', (byte)'D', (byte)'F'])) return new(null, "an HDF5 file: save the weights as safetensors");
        if (head.StartsWith((byte[])[0x1f, 0x8b])) return new(null, "a gzip file: unpack it first");
        if (head.Length > 262 && head[257..].StartsWith("ustar"u8)) return new(null, $"a tar file, or the format of PyTorch before 0.1.10: {SaveAgain}");
        if (IsPickle(head)) return new(null, IsOldPyTorch(head) ? $"the format of torch.save before PyTorch 1.6: {SaveAgain}" : "a bare pickle, a program that is not run here: save the weights as safetensors");
        if (IsHtml(head)) return new(null, "an HTML page: download the file itself");
        // A map's code is a weak sign: enough to try, not to contradict an extension.
        return new(head.Length > 0 && head[0] is >= 0x80 and <= 0x8f or 0xde or 0xdf ? WeightFormat.Msgpack : null, null);
    }

    private const string SaveAgain = "load it with torch and save it again, torch.save(torch.load(old, map_location=\"cpu\"), new)";

    private static bool IsPickle(ReadOnlySpan<byte> head) => head.Length > 2 && head[0] == 0x80 && head[1] is >= 1 and <= 5;

    /// <summary>Its first pickle is a magic number of ten bytes.</summary>
    private static bool IsOldPyTorch(ReadOnlySpan<byte> head) => head[2..].StartsWith((byte[])[0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);

    private static bool IsHtml(ReadOnlySpan<byte> head)
    {
        var text = Encoding.Latin1.GetString(head).TrimStart('\u00ef', '\u00bb', '\u00bf', ' ', '\r', '\n', '\t');
        return text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsSafetensors(ReadOnlySpan<byte> head) =>
        head.Length > SafetensorsHeader.LengthBytes
        && BinaryPrimitives.ReadUInt64LittleEndian(head) is >= 2 and <= (ulong)SafetensorsHeader.MaxBytes
        && head[SafetensorsHeader.LengthBytes] is (byte)'{' or (byte)' ' or (byte)'\n';
}
