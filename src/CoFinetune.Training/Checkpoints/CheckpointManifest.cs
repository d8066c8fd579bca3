using System.Security.Cryptography;

namespace CoFinetune.Training.Checkpoints;

/// <summary>
/// <c>manifest.json</c>: size and SHA-256 of each file of a checkpoint. It is written last, so a folder without it was never
/// finished; its own hash is taken over its text with that hash empty.
/// </summary>
internal sealed record CheckpointManifest
{
    public const string FileName = "manifest.json";

    private const int ChunkBytes = 1 << 20;

    public int SchemaVersion { get; init; } = CheckpointState.CurrentSchema;

    public required long Step { get; init; }

    public required IReadOnlyList<ManifestFile> Files { get; init; }

    public string Sha256 { get; init; } = "";

    /// <summary>The text that seals a checkpoint.</summary>
    public static byte[] Seal(long step, IReadOnlyList<ManifestFile> files)
    {
        var open = new CheckpointManifest { Step = step, Files = files };
        return CheckpointJson.Write(open with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(CheckpointJson.Write(open))) });
    }

    /// <summary>Reads the manifest of <paramref name="folder"/> and holds it against its own hash and the files' sizes.</summary>
    /// <exception cref="CheckpointException">The folder is not a whole checkpoint.</exception>
    public static CheckpointManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!Directory.Exists(folder)) throw new CheckpointException(folder, "there is no such checkpoint folder");
        if (!File.Exists(path))
            throw CheckpointException.Damaged(folder, $"has no {FileName}: it is not a checkpoint, or was not written to the end");
        if (new FileInfo(path).Length > ChunkBytes) throw CheckpointException.Damaged(path, "is damaged: far too long");
        var text = File.ReadAllBytes(path);
        var manifest = CheckpointJson.Read<CheckpointManifest>(path, text);
        if (manifest.SchemaVersion != CheckpointState.CurrentSchema)
            throw new CheckpointException(path, $"has schema {manifest.SchemaVersion}, this program reads {CheckpointState.CurrentSchema}",
                "use the version of the program that wrote it");
        if (!Seal(manifest.Step, manifest.Files).AsSpan().SequenceEqual(text))
            throw CheckpointException.Damaged(path, "is damaged: it does not match its own hash");
        foreach (var file in manifest.Files) CheckSize(folder, file);
        return manifest;
    }

    /// <summary>Holds every file against its hash.</summary>
    /// <exception cref="CheckpointException">A file is damaged.</exception>
    public void Verify(string folder)
    {
        var chunk = new byte[ChunkBytes];
        foreach (var file in Files)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var path = Path.Combine(folder, file.Name);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            for (int read; (read = stream.Read(chunk)) > 0;) hash.AppendData(chunk, 0, read);
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
                throw CheckpointException.Damaged(path, "is damaged: its SHA-256 is not the manifest's");
        }
    }

    private static void CheckSize(string folder, ManifestFile file)
    {
        if (Path.GetFileName(file.Name) != file.Name)
            throw CheckpointException.Damaged(folder, $"its manifest names '{file.Name}', which lies outside");
        var info = new FileInfo(Path.Combine(folder, file.Name));
        if (!info.Exists) throw CheckpointException.Damaged(info.FullName, "is missing");
        if (info.Length != file.Size)
            throw CheckpointException.Damaged(info.FullName, $"is damaged: {info.Length} bytes, the manifest says {file.Size}");
    }
}
