
namespace CoFinetune.Models.Weights.Files;

/// <summary>Weights in several safetensors files with an index, <c>model.safetensors.index.json</c>, that says which tensor is where.</summary>
internal static class ShardedSafetensors
{
    public const string Extension = ".safetensors.index.json";

    private const int MaxBytes = 100_000_000;
    private const int MaxShards = 1000;

    /// <summary>Opens every shard beside the index.</summary>
    /// <param name="path">The index.</param>
    /// <param name="files">Takes the opened shards; the caller closes them, also after a failure.</param>
    /// <exception cref="WeightsException">The index or a shard is broken, or they disagree.</exception>
    public static WeightIndex Read(string path, List<SourceFile> files)
    {
        using var file = SourceFile.Open(path);
        if (file.Length > MaxBytes) throw file.Broken($"is {file.Length} bytes long, too long for an index");
        var index = new WeightIndex(file, "sharded safetensors");
        var map = new ShardMap(file, index.Metadata).Read();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var shard in map.GroupBy(entry => entry.Value, entry => entry.Key))
        {
            if (files.Count == MaxShards) throw file.Broken($"names more than {MaxShards} files");
            var opened = SourceFile.Open(Path.Combine(folder, shard.Key));
            files.Add(opened);
            var part = WeightFormats.Read(opened, WeightFormat.Safetensors);
            foreach (var (key, value) in part.Metadata) index.Metadata.TryAdd(key, value);
            var wanted = shard.ToHashSet();
            foreach (var tensor in part.Tensors)
            {
                if (!wanted.Remove(tensor.Entry.Name)) throw file.Broken($"does not list '{tensor.Entry.Name}', which is in {shard.Key}");
                index.Add(tensor.Entry, tensor.Open);
            }
            if (wanted.Count > 0) throw file.Broken($"lists '{wanted.First()}' in {shard.Key}, which does not have it");
        }
        return index;
    }
}
