using System.Security.Cryptography;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using static TorchSharp.torch;

namespace CoFinetune.Training.Checkpoints;

/// <summary>The safetensors files of a checkpoint.</summary>
internal static class CheckpointTensors
{
    /// <summary>Bytes of the tensors, the header apart; what room is made for before writing.</summary>
    public static long Size(IReadOnlyList<(string Name, Tensor Tensor)> tensors) =>
        tensors.Sum(pair => pair.Tensor.NumberOfElements * pair.Tensor.ElementSize);

    /// <summary>Fills every target from the tensor of its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="targets">What to fill.</param>
    /// <param name="leave">Tensors of the file that need have no target.</param>
    /// <exception cref="CheckpointException">The file has other names, shapes or dtypes; nothing was copied.</exception>
    public static void Load(string path, IReadOnlyList<(string Name, Tensor Tensor)> targets, Func<string, bool>? leave = null)
    {
        Read(path, file =>
        {
            var differences = Differences(file, targets, leave ?? (_ => false)).ToList();
            if (differences.Count > 0)
            {
                var more = differences.Count > 3 ? $" and {differences.Count - 3} more" : "";
                throw new CheckpointException(path, $"does not fit this run: {string.Join("; ", differences.Take(3))}{more}",
                    "resume with the run file of the checkpoint, or start anew with its weights as init:");
            }
            foreach (var (name, target) in targets) file.ReadInto(name, target);
        });
    }

    /// <summary>SHA-256 over the tensors' bytes, one after the other in ordinal order of their names.</summary>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    public static string Sha256(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Read(path, file =>
        {
            var piece = new byte[1 << 18];
            foreach (var name in file.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal))
            {
                using var bytes = file.OpenBytes(name);
                while (bytes.Read(piece) is > 0 and var count) hash.AppendData(piece, 0, count);
            }
        });
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Read(string path, Action<WeightFile> use)
    {
        try
        {
            using var file = SafetensorsFile.Open(path);
            use(file);
        }
        catch (WeightsException error)
        {
            throw CheckpointException.Damaged(path, error.Reason, error);
        }
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static IEnumerable<string> Differences(
        WeightFile file, IReadOnlyList<(string Name, Tensor Tensor)> targets, Func<string, bool> leave)
    {
        var wanted = targets.Select(pair => pair.Name).ToHashSet();
        foreach (var entry in file.Entries.Where(entry => !wanted.Contains(entry.Name) && !leave(entry.Name)))
            yield return $"'{entry.Name}' is in the checkpoint only";
        foreach (var (name, target) in targets)
        {
            if (!file.Contains(name))
                yield return $"'{name}' is not in the checkpoint";
            else if (file.Entry(name) is var entry
                && (!entry.Shape.SequenceEqual(target.shape) || entry.Bytes != target.NumberOfElements * target.ElementSize))
                yield return $"'{name}' is {entry.Type} {entry.ShapeText} in the checkpoint, {target.dtype} {Text(target.shape)} here";
        }
    }
}
