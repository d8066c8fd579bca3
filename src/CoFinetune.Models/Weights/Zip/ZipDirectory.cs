using System.Buffers.Binary;
using System.Text;
using CoFinetune.Models.Weights.Streams;

namespace CoFinetune.Models.Weights.Zip;

/// <summary>
/// The directory of a zip file, read strictly: it must end the file, agree with what stands in front of each member, and give every
/// byte to one member at most. Programs that write weights do so; files that can be understood in two ways do not.
/// </summary>
internal sealed class ZipDirectory
{
    private const int MaxBytes = 100_000_000;
    private const int MaxMembers = 250_000;
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const int Zip64Extra = 1;
    private const int SizesFollow = 1 << 3;
    private const int HarmlessFlags = 0b110 | SizesFollow | 1 << 11;    // Effort of the compression, sizes after the data, UTF-8 names.

    // Deflate reaches 1000 : 1, but only for a file that is nearly nothing but zeros.
    private const long UnpackedAnyway = 64L << 20;
    private const int MaxRatio = 100;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly SourceFile _file;
    private readonly List<(ZipMember Member, long Begin)> _members = [];
    private readonly HashSet<string> _names = [];
    private long _start;
    private long _mayUnpack;

    private ZipDirectory(SourceFile file) => _file = file;

    /// <summary>The members in the order of the directory, folders apart.</summary>
    /// <exception cref="WeightsException">It is no zip file, or one that is not to be trusted.</exception>
    public static IReadOnlyList<ZipMember> Read(SourceFile file)
    {
        var directory = new ZipDirectory(file) { _mayUnpack = UnpackedAnyway + (MaxRatio * Math.Min(file.Length, long.MaxValue / 2 / MaxRatio)) };
        var (offset, length, count) = directory.FindEntries();
        directory._start = offset;
        directory.ReadEntries(file.Read(offset, length), count);
        directory.RequireApart();
        return [.. directory._members.Select(m => m.Member).Where(m => !m.Name.EndsWith('/') || m.Size > 0)];
    }

    private (long Offset, int Length, long Count) FindEntries()
    {
        if (_file.Length < EndLength) throw _file.Broken($"is {_file.Length} bytes long, too short for a zip file");
        var at = _file.Length - EndLength;
        ReadOnlySpan<byte> end = _file.Read(at, EndLength);
        if (U32(end, 0) != 0x06054b50 || U16(end, 20) != 0) throw _file.Broken("does not end with the directory of a zip file: it is cut off, or something was appended");
        if (U16(end, 4) != 0 || U16(end, 6) != 0) throw _file.Broken("is one part of several of a zip file");
        long count = U16(end, 10), length = U32(end, 12), offset = U32(end, 16);
        if (U16(end, 8) != count) throw Lies("counts its members in two ways");
        if (at >= LocatorLength + End64Length && _file.Read(at - LocatorLength, LocatorLength) is var locator && U32(locator, 0) == 0x07064b50)
        {
            at -= LocatorLength + End64Length;
            if (U64(locator, 8) != at || U32(locator, 4) != 0 || U32(locator, 16) != 1) throw Lies("gives its own place wrongly");
            ReadOnlySpan<byte> end64 = _file.Read(at, End64Length);
            if (U32(end64, 0) != 0x06064b50 || U64(end64, 4) != End64Length - 12 || U32(end64, 16) != 0 || U32(end64, 20) != 0) throw Lies("has an end that cannot be read");
            if (U64(end64, 24) != U64(end64, 32)) throw Lies("counts its members in two ways");
            count = Widened(count, ushort.MaxValue, U64(end64, 32));
            length = Widened(length, uint.MaxValue, U64(end64, 40));
            offset = Widened(offset, uint.MaxValue, U64(end64, 48));
        }
        if (length > MaxBytes) throw Lies($"claims {length} bytes");
        if (count > MaxMembers) throw Lies($"claims {count} members");
        if (offset > at || offset + length != at) throw Lies("does not lie where the file says");
        return (offset, (int)length, count);
    }

    private void ReadEntries(ReadOnlySpan<byte> entries, long count)
    {
        for (; count > 0; count--)
        {
            if (entries.Length < EntryLength || U32(entries, 0) != 0x02014b50) throw Lies("is broken");
            int nameLength = U16(entries, 28), extraLength = U16(entries, 30), commentLength = U16(entries, 32);
            if (entries.Length < EntryLength + nameLength + extraLength + commentLength) throw Lies("is broken");
            var nameBytes = entries.Slice(EntryLength, nameLength);
            var extra = entries.Slice(EntryLength + nameLength, extraLength);
            ReadEntry(entries, nameBytes, Name(nameBytes), extra);
            entries = entries[(EntryLength + nameLength + extraLength + commentLength)..];
        }
        if (!entries.IsEmpty) throw Lies("goes on after its last member");
    }

    private void ReadEntry(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> nameBytes, string name, ReadOnlySpan<byte> extra)
    {
        int flags = U16(entry, 8), method = U16(entry, 10);
        if ((flags & ~HarmlessFlags) != 0) throw _file.Broken($"its member '{name}' is encrypted, or packed in an unusual way");
        if (method is not (0 or 8)) throw _file.Broken($"its member '{name}' is packed by method {method}; only deflate is read here");
        if (U16(entry, 34) != 0) throw _file.Broken("is one part of several of a zip file");
        long size = U32(entry, 24), packed = U32(entry, 20), begin = U32(entry, 42);
        Widen(name, extra, ref size, ref packed, ref begin);
        if (method == 0 && size != packed) throw Lies($"gives the stored member '{name}' two lengths");
        if (method == 8 && (_mayUnpack -= Math.Min(size, long.MaxValue / 2)) < 0)
            throw _file.Broken($"unpacks to more than {MaxRatio} times its length: save it uncompressed if that is meant");

        if (begin > _start - LocalLength) throw Lies($"puts '{name}' behind the end");
        ReadOnlySpan<byte> local = _file.Read(begin, LocalLength);
        if (U32(local, 0) != 0x04034b50) throw Lies($"puts '{name}' where no member begins");
        int localName = U16(local, 26), localExtra = U16(local, 28);
        var data = begin + LocalLength + localName + localExtra;
        if (data > _start || packed > _start - data) throw Lies($"lets '{name}' reach beyond the members");
        ReadOnlySpan<byte> rest = _file.Read(begin + LocalLength, localName + localExtra);
        if (U16(local, 6) != flags || U16(local, 8) != method || !rest[..localName].SequenceEqual(nameBytes)) throw Lies($"describes '{name}' otherwise than the member itself");
        if ((flags & SizesFollow) == 0)
        {
            long localSize = U32(local, 22), localPacked = U32(local, 18), none = 0;
            Widen(name, rest[localName..], ref localSize, ref localPacked, ref none);
            if (localSize != size || localPacked != packed || U32(local, 14) != U32(entry, 16)) throw Lies($"describes '{name}' otherwise than the member itself");
        }
        _members.Add((new ZipMember(_file, name, new FilePiece(data, packed), size, U32(entry, 16), method == 8), begin));
    }

    private string Name(ReadOnlySpan<byte> bytes)
    {
        string name;
        try
        {
            name = Utf8.GetString(bytes);
        }
        catch (ArgumentException e)
        {
            throw _file.Broken("has a member whose name is not UTF-8", e);
        }
        if (name.Length == 0 || name[0] == '/' || name.Contains('\\') || name.Split('/').Any(part => part is "." or "..") || name.Any(char.IsControl))
            throw _file.Broken($"has a member of the name '{name}', which could lead out of a folder");
        return _names.Add(name) ? name : throw _file.Broken($"has two members '{name}'");
    }

    /// <summary>Numbers of 64 bits for those that are full in 32.</summary>
    private void Widen(string name, ReadOnlySpan<byte> extra, ref long size, ref long packed, ref long begin)
    {
        ReadOnlySpan<byte> wide = default;
        for (var rest = extra; rest.Length >= 4; rest = rest[(4 + U16(rest, 2))..])
        {
            if (rest.Length < 4 + U16(rest, 2)) throw Lies($"describes '{name}' with a broken extra field");
            if (U16(rest, 0) != Zip64Extra) continue;
            if (!wide.IsEmpty) throw Lies($"gives '{name}' wide numbers twice");
            wide = rest.Slice(4, U16(rest, 2));
        }
        size = Take(size, ref wide);
        packed = Take(packed, ref wide);
        begin = Take(begin, ref wide);

        long Take(long narrow, ref ReadOnlySpan<byte> wide)
        {
            if (narrow != uint.MaxValue || wide.Length < 8) return narrow;
            var value = U64(wide, 0);
            wide = wide[8..];
            return value;
        }
    }

    private void RequireApart()
    {
        long end = 0;
        foreach (var (member, begin) in _members.OrderBy(m => m.Begin))
        {
            if (begin < end) throw Lies($"lets '{member.Name}' overlap another member");
            end = member.Packed.Offset + member.Packed.Length;
        }
    }

    private long Widened(long narrow, long full, long wide) => narrow == full || narrow == wide ? wide : throw Lies("gives its own length or place in two ways");

    private WeightsException Lies(string problem) => _file.Broken($"its zip directory {problem}");

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private long U64(ReadOnlySpan<byte> bytes, int at)
    {
        var value = BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
        return value <= long.MaxValue ? (long)value : throw Lies($"holds the impossible number {value}");
    }
}
