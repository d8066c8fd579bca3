using CoFinetune.Models.Weights.Streams;

namespace CoFinetune.Models.Weights.Files;

/// <summary>
/// A file of weights opened for reading: safetensors, alone or in shards, numpy, Flax msgpack or PyTorch. What it says about itself is
/// checked when it is opened, its tensors are read when they are asked for. Nothing in a file is ever run.
/// </summary>
/// <remarks>Needs no libtorch; tensors are made of its bytes by extension methods beside it.</remarks>
public sealed class WeightFile : IDisposable
{
    /// <summary>What a folder may hold, the preferred first; the last is Scenic's.</summary>
    private static readonly string[] FolderNames = ["model.safetensors", $"model{ShardedSafetensors.Extension}", "pytorch_model.bin", "checkpoint"];

    private readonly List<SourceFile> _files = [];
    private readonly Dictionary<string, WeightSource> _byName = [];

    private WeightFile(string path, WeightFormat? format)
    {
        Path = path;
        try
        {
            var index = path.EndsWith(ShardedSafetensors.Extension, StringComparison.OrdinalIgnoreCase) && format is null
                ? ShardedSafetensors.Read(path, _files)
                : ReadSingle(path, format);
            Format = index.Format;
            Metadata = index.Metadata;
            Entries = [.. index.Tensors.Select(tensor => tensor.Entry)];
            foreach (var tensor in index.Tensors) _byName.Add(tensor.Entry.Name, tensor);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file's path as given; of a folder, that of the file in it.</summary>
    public string Path { get; }

    /// <summary>The format for people: <c>safetensors</c>, <c>sharded safetensors</c>, <c>numpy array</c>, <c>numpy archive</c>, <c>Flax msgpack</c>, <c>PyTorch zip</c>.</summary>
    public string Format { get; }

    /// <summary>The tensors in the file's own order. Names of nested parts are joined by <c>/</c> in numpy and Flax files, by <c>.</c> in PyTorch's.</summary>
    public IReadOnlyList<WeightEntry> Entries { get; }

    /// <summary>Texts that safetensors files and their index carry beside the tensors; empty for other formats.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Opens a file and checks its structure. One with a known extension must be of that format; of others the content decides.
    /// A <c>.safetensors.index.json</c> opens all its shards. A folder opens its <c>model.safetensors</c>, or the index, or <c>pytorch_model.bin</c>,
    /// or Scenic's <c>checkpoint</c>.
    /// </summary>
    /// <exception cref="WeightsException">There is no such file, it is of another format, broken, or not to be trusted.</exception>
    public static WeightFile Open(string path)
    {
        if (!Directory.Exists(path)) return new(path, null);
        return FindInFolder(path) is { } found
            ? new(found, null)
            : throw new WeightsException(path, $"is a folder without weights: none of {string.Join(", ", FolderNames)} is in it");
    }

    /// <summary>The file that <see cref="Open(string)"/> takes in a folder; null when there is none.</summary>
    public static string? FindInFolder(string folder) => FolderNames.Select(name => System.IO.Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>True when the file has the tensor <paramref name="name"/>.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>What the file says about the tensor <paramref name="name"/>.</summary>
    /// <exception cref="WeightsException">The file has no such tensor.</exception>
    public WeightEntry Entry(string name) => Source(name).Entry;

    /// <summary>
    /// The bytes of a tensor, little-endian and with the last side running fastest. They come straight from the file where they lie like
    /// that; a stream is read once, and is right only if its end was reached: checksums show there.
    /// </summary>
    /// <exception cref="WeightsException">There is no such tensor; while reading: it is damaged.</exception>
    public Stream OpenBytes(string name)
    {
        var (entry, open) = Source(name);
        return entry.Type == TensorType.Bool ? new BoolStream(open(), value => new(Path, $"'{name}' holds the truth value {value}, neither 0 nor 1")) : open();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        foreach (var file in _files) file.Dispose();
    }

    /// <summary>Opens a file as <paramref name="format"/>, whatever its extension is.</summary>
    internal static WeightFile Open(string path, WeightFormat format) => new(path, format);

    private WeightIndex ReadSingle(string path, WeightFormat? format)
    {
        var file = SourceFile.Open(path);
        _files.Add(file);
        return WeightFormats.Read(file, format ?? WeightFormats.OfExtension(path));
    }

    private WeightSource Source(string name) => _byName.TryGetValue(name, out var source) ? source : throw new WeightsException(Path, $"has no tensor '{name}'");
}
