using System.Text;
using CoFinetune.Models.Weights.Streams;
using CoFinetune.Models.Weights.Zip;

namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>
/// A file of <c>torch.save</c> (since PyTorch 1.6): a zip file with a pickle, <c>data.pkl</c>, and a member for each storage. Tensors are
/// named by their keys joined by dots.
/// </summary>
internal sealed class PyTorchReader
{
    private const string PickleName = "data.pkl";
    // Packed pickles are repetitive, but one that unpacks to far more was made to fill the memory with empty things.
    private const long FreePickleBytes = 1 << 20;
    private const int MaxPickleRatio = 32;

    // Tensors may share a storage, and may repeat it by strides of 0; a small file could be read for hours.
    private const long FreeBytes = 64L << 20;
    private const int MaxRepeats = 8;

    private readonly SourceFile _file;
    private readonly WeightIndex _index;
    private readonly Dictionary<string, ZipMember> _members;
    private readonly string _root;
    private readonly bool _isBigEndian;
    private Int128 _mayRead = FreeBytes;

    private PyTorchReader(SourceFile file, IReadOnlyList<ZipMember> members)
    {
        _file = file;
        _index = new WeightIndex(file, "PyTorch zip");
        _members = members.ToDictionary(member => member.Name);
        var pickles = members.Where(IsPickle).ToList();
        if (pickles.Count != 1) throw file.Broken(pickles.Count == 0 ? "has no data.pkl: no file of torch.save" : "has two data.pkl");
        _root = pickles[0].Name[..^PickleName.Length];
        if (members.FirstOrDefault(member => !member.Name.StartsWith(_root, StringComparison.Ordinal)) is { } stray) throw stray.Broken($"lies outside of the folder '{_root}'");
        if (_members.ContainsKey($"{_root}constants.pkl")) throw file.Broken("is a TorchScript program: save the state dict alone, torch.save(model.state_dict(), \"weights.pth\")");
        _isBigEndian = IsBigEndian();
    }

    /// <summary>Whether the members of a zip file look like PyTorch's.</summary>
    public static bool Fits(IReadOnlyList<ZipMember> members) => members.Any(IsPickle);

    /// <exception cref="WeightsException">The file is broken, or holds more than tensors, numbers and texts.</exception>
    public static WeightIndex Read(SourceFile file, IReadOnlyList<ZipMember> members)
    {
        var reader = new PyTorchReader(file, members);
        reader.ReadTensors();
        return reader._index;
    }

    private static bool IsPickle(ZipMember member) => member.Name == PickleName || member.Name.EndsWith($"/{PickleName}", StringComparison.Ordinal);

    private bool IsBigEndian()
    {
        if (!_members.TryGetValue($"{_root}byteorder", out var member)) return false;
        var text = member.Size <= 16 ? Encoding.ASCII.GetString(member.Read(0, member.Size)).Trim() : "";
        return text switch
        {
            "little" => false,
            "big" => true,
            _ => throw member.Broken($"says '{text}', neither little nor big"),
        };
    }

    private void ReadTensors()
    {
        var pickle = _members[_root + PickleName];
        if (pickle.Size > FreePickleBytes + (MaxPickleRatio * pickle.Packed.Length) || pickle.Size > Array.MaxLength) throw pickle.Broken("is too large");
        var program = pickle.Read(0, pickle.Size);
        var root = PickleReader.Read(program, problem => pickle.Broken(problem));
        var tensors = PickleWalk.Tensors(root, program.Length, problem => pickle.Broken(problem)).ToList();
        var storages = tensors.Select(tensor => tensor.Tensor.Storage).Distinct().ToDictionary(storage => storage, Member);
        foreach (var member in storages.Values.Distinct()) _mayRead += (Int128)member.Size * MaxRepeats;
        foreach (var (name, tensor) in tensors) Add(name, tensor, storages[tensor.Storage]);
    }

    private ZipMember Member(PickleStorage storage)
    {
        var member = _members.GetValueOrDefault($"{_root}data/{storage.Key}") ?? throw _file.Broken($"has no member '{_root}data/{storage.Key}', which a tensor lies in");
        return member.Size == (Int128)storage.Count * TensorTypes.Bytes(storage.Type)
            ? member
            : throw member.Broken($"has {member.Size} bytes where {storage.Count} of {TensorTypes.Name(storage.Type)} are announced");
    }

    private void Add(string name, PickleTensor tensor, ZipMember member)
    {
        var (storage, offset, shape, strides) = tensor;
        if (shape.Length != strides.Length || offset < 0 || TensorTypes.Bytes(storage.Type, shape) is not { } bytes || Layout.Span(shape, strides) is not { } span)
            throw _file.Broken($"describes '{name}' by an impossible size, stride or offset");
        if (offset > storage.Count || span > storage.Count - offset) throw _file.Broken($"lets '{name}' reach beyond its storage '{member.Name}'");
        var entry = new WeightEntry(name, storage.Type, shape);
        var width = TensorTypes.Bytes(storage.Type);
        var isContiguous = Layout.IsContiguous(shape, strides);
        if (!isContiguous && !Turning.Fits(span * width, member.IsDeflated ? member.Packed.Length : long.MaxValue)) throw _file.Broken($"'{name}' {Turning.Problem}");
        _mayRead -= (Int128)bytes + (member.IsDeflated && bytes != member.Size ? member.Size : isContiguous ? 0 : span * width);
        if (_mayRead < 0) throw _file.Broken($"repeats what it holds over and over, up to '{name}': save the tensors contiguous");
        _index.Add(entry, () =>
        {
            Stream content = isContiguous
                ? member.Open(offset * width, bytes)
                : new StridedStream(() => member.Read(offset * width, span * width), width, shape, strides);
            return _isBigEndian ? new SwappedStream(content, width) : content;
        });
    }
}
