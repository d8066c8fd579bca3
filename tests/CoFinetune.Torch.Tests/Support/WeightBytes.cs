using CoFinetune.Models.Weights.Files;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>The content of weight files, read to the last byte.</summary>
internal static class WeightBytes
{
    public static byte[] Of(WeightFile file, string name)
    {
        using var bytes = file.OpenBytes(name);
        using var all = new MemoryStream();
        bytes.CopyTo(all);
        return all.ToArray();
    }

    public static float[] Floats(WeightFile file, string name) => [.. Of(file, name).Chunk(4).Select(four => BitConverter.ToSingle(four))];

    /// <summary>Opens a file and reads all of it, keeping nothing.</summary>
    /// <returns>How many tensors it has.</returns>
    public static int ReadAll(string path)
    {
        using var file = WeightFile.Open(path);
        var piece = new byte[1 << 16];
        foreach (var entry in file.Entries)
        {
            using var bytes = file.OpenBytes(entry.Name);
            long length = 0;
            while (bytes.Read(piece) is > 0 and var count) length += count;
            if (length != entry.Bytes) throw new InvalidOperationException($"'{entry.Name}' gave {length} bytes instead of {entry.Bytes}");
        }
        return file.Entries.Count;
    }
}
