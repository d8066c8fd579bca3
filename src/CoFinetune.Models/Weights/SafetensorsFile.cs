using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace CoFinetune.Models.Weights;

/// <summary>A safetensors file opened for reading. Its header is checked when it is opened, its tensors are read when they are asked for.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsEntry> _byName;

    private SafetensorsFile(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
        _header = SafetensorsHeader.Read(file, path);
        _byName = _header.Entries.ToDictionary(entry => entry.Name);
    }

    /// <summary>The file's path as given.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The file's <c>__metadata__</c>; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="WeightsException">The file cannot be opened, or is no correct safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path);
            var opened = new SafetensorsFile(path, file);
            file = null;
            return opened;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new WeightsException(path, e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : e.Message, e);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>True when the file has the tensor <paramref name="name"/>.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The tensor <paramref name="name"/> of the header.</summary>
    /// <exception cref="WeightsException">The file has no such tensor.</exception>
    public SafetensorsEntry Entry(string name) =>
        _byName.TryGetValue(name, out var entry) ? entry : throw new WeightsException(Path, $"has no tensor '{name}'");

    /// <summary>Reads a tensor into new memory on the CPU. U16 and U32 come back in the next wider signed type, U64 as Int64.</summary>
    /// <exception cref="WeightsException">There is no such tensor, it cannot be read, or a U64 is beyond Int64.</exception>
    public Tensor Read(string name)
    {
        var entry = Entry(name);
        if (TensorTypes.ToTorch(entry.Type) is not { } type) return ReadUnsigned(entry);
        var values = empty([.. entry.Shape], type, CPU);
        ReadBytes(entry, values);
        return values;
    }

    /// <summary>Reads a tensor into an existing one, without a copy in between where that lies contiguous on the CPU.</summary>
    /// <param name="name">The file's tensor.</param>
    /// <param name="destination">A tensor of the same type and shape, on any device.</param>
    /// <exception cref="WeightsException">There is no such tensor, its type or shape is another, or it cannot be read.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        var entry = Entry(name);
        if (TensorTypes.ToTorch(entry.Type) != destination.dtype || !entry.Shape.SequenceEqual(destination.shape))
        {
            throw new WeightsException(Path,
                $"'{name}' is {TensorTypes.Name(entry.Type)} {entry.ShapeText}, wanted {destination.dtype} [{string.Join(", ", destination.shape)}]");
        }
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        if (destination.device_type == TorchSharp.DeviceType.CPU && destination.is_contiguous()) ReadBytes(entry, destination);
        else destination.copy_(Read(name));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void ReadBytes(SafetensorsEntry entry, Tensor values)
    {
        var offset = _header.DataStart + entry.Begin;
        TensorBytes.ForEachPiece(values, bytes =>
        {
            ReadFully(bytes, offset);
            offset += bytes.Length;
        });
    }

    private Tensor ReadUnsigned(SafetensorsEntry entry)
    {
        var bytes = new byte[entry.Bytes];
        ReadFully(bytes, _header.DataStart + entry.Begin);
        var shape = entry.Shape.ToArray();
        switch (entry.Type)
        {
            case TensorType.U16:
                return tensor(Numbers<ushort>(bytes).Select(value => (int)value).ToArray(), shape);
            case TensorType.U32:
                return tensor(Numbers<uint>(bytes).Select(value => (long)value).ToArray(), shape);
            default:
                var values = Numbers<ulong>(bytes);
                if (values.FirstOrDefault(value => value > long.MaxValue) is var large and not 0)
                    throw new WeightsException(Path, $"'{entry.Name}' holds {large}, more than a signed 64-bit number");
                return tensor(values.Select(value => (long)value).ToArray(), shape);
        }
    }

    private void ReadFully(Span<byte> destination, long offset)
    {
        try
        {
            SafetensorsHeader.ReadFully(_file, Path, destination, offset);
        }
        catch (IOException e)
        {
            throw new WeightsException(Path, e.Message, e);
        }
    }

    private static T[] Numbers<T>(byte[] bytes)
        where T : unmanaged =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(bytes).ToArray();
}
