using CoFinetune.Models.Weights.Flax;
using CoFinetune.Models.Weights.Numpy;
using CoFinetune.Models.Weights.PyTorch;
using CoFinetune.Models.Weights.Safetensors;
using CoFinetune.Models.Weights.Zip;

namespace CoFinetune.Models.Weights.Files;

/// <summary>From a file to its reader: by the extension where it has a known one, by its first bytes otherwise.</summary>
internal static class WeightFormats
{
    private static readonly Dictionary<string, WeightFormat> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".safetensors"] = WeightFormat.Safetensors,
        [".npy"] = WeightFormat.Npy,
        [".npz"] = WeightFormat.Npz,
        [".msgpack"] = WeightFormat.Msgpack,
        [".pth"] = WeightFormat.PyTorch,
        [".pt"] = WeightFormat.PyTorch,
        [".bin"] = WeightFormat.PyTorch,
        [".ckpt"] = WeightFormat.PyTorch,
    };

    public static WeightFormat? OfExtension(string path) => ByExtension.TryGetValue(Path.GetExtension(path), out var format) ? format : null;

    /// <param name="file">The file.</param>
    /// <param name="claimed">What it must be; null to see from its content.</param>
    /// <exception cref="WeightsException">It is something else, or broken.</exception>
    public static WeightIndex Read(SourceFile file, WeightFormat? claimed)
    {
        var content = FileContent.Of(file);
        if (content.Format is null && content.Description is not null) throw Mistaken(content.Description);
        switch (claimed ?? content.Format)
        {
            case WeightFormat.Safetensors when IsOr(WeightFormat.Safetensors):
                return SafetensorsHeader.Read(file);
            case WeightFormat.Npy when IsOr(WeightFormat.Npy):
                return NumpyReader.ReadArray(file);
            case WeightFormat.Msgpack when IsOr(WeightFormat.Msgpack):
                return FlaxReader.Read(file);
            case WeightFormat.Npz or WeightFormat.PyTorch when IsOr(WeightFormat.Npz):      // Both are zip files.
                if (content.Format is null) throw file.Broken($"is no {Name(claimed)}: it does not begin as a zip file does");
                var members = ZipDirectory.Read(file);
                var isPyTorch = PyTorchReader.Fits(members);
                if (claimed == WeightFormat.Npz && isPyTorch) throw Mistaken("a file of torch.save: name it .pth");
                return isPyTorch || claimed == WeightFormat.PyTorch ? PyTorchReader.Read(file, members) : NumpyReader.ReadArchive(file, members);
            case null:
                throw file.Broken("is no weight file: safetensors, numpy, Flax msgpack and PyTorch files are read");
            default:
                throw Mistaken(content.Description!);
        }

        bool IsOr(WeightFormat expected) => content.Format == expected || content.Description is null;

        WeightsException Mistaken(string description) => file.Broken($"is no {Name(claimed)}: looks like {description}");
    }

    private static string Name(WeightFormat? format) => format switch
    {
        WeightFormat.Safetensors => "safetensors file",
        WeightFormat.Npy => "numpy array",
        WeightFormat.Npz => "numpy archive",
        WeightFormat.Msgpack => "Flax checkpoint",
        WeightFormat.PyTorch => "PyTorch file",
        null => "weight file",
    };
}
