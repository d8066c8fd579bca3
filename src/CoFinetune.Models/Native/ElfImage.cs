using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace CoFinetune.Models.Native;

/// <summary>Reads and changes the few fields of a 64-bit little-endian ELF library that the loader needs; every access is bounds-checked.</summary>
/// <remarks>Layout: System V ABI, chapter 5; version needs: Linux Standard Base, "Symbol Versioning".</remarks>
internal static class ElfImage
{
    private const int ProgramHeaderSize = 56;
    private const int DynamicEntrySize = 16;
    private const uint LoadSegment = 1;
    private const uint DynamicSegment = 2;
    private const ulong StringTable = 5;
    private const ulong VersionNeeds = 0x6ffffffe;
    private const ulong VersionNeedCount = 0x6fffffff;
    private const ushort WeakFlag = 2;

    /// <summary>Why this process cannot load a file that begins so; null when nothing speaks against it.</summary>
    public static string? ArchitectureProblem(ReadOnlySpan<byte> start)
    {
        if (start.Length < 20 || !start.StartsWith("\u007fELF"u8)) return "is no ELF library";
        if (start[4] != 2 || start[5] != 1) return "is no 64-bit little-endian library";
        var machine = BinaryPrimitives.ReadUInt16LittleEndian(start[18..]);
        var wanted = RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => 62, Architecture.Arm64 => 183, _ => machine };
        if (machine == wanted) return null;
        var built = machine switch { 62 => "x64", 183 => "Arm64", _ => $"machine type {machine}" };
        return $"is built for {built}, this process is {RuntimeInformation.ProcessArchitecture}";
    }

    /// <summary>Marks the need of <paramref name="version"/> as weak, so that a system library without it is accepted.</summary>
    /// <returns>True when the image has such a need, now weak.</returns>
    /// <exception cref="BadImageFormatException">The image is no such library, or broken.</exception>
    public static bool WeakenVersion(Span<byte> image, string version)
    {
        if (ArchitectureProblem(image) is { } problem) throw new BadImageFormatException($"the library {problem}");
        var dynamic = Dynamic(image);
        if (!dynamic.TryGetValue(VersionNeeds, out var needsAddress) || !dynamic.TryGetValue(StringTable, out var namesAddress)) return false;
        var names = FileOffset(image, namesAddress);
        var wanted = Encoding.ASCII.GetBytes(version + '\0');
        var found = false;

        var need = FileOffset(image, needsAddress);
        for (var left = dynamic.GetValueOrDefault(VersionNeedCount); left > 0; left--)
        {
            var entry = Add(need, UInt32(image, Add(need, 8)));
            for (int versions = UInt16(image, Add(need, 2)); versions > 0; versions--)
            {
                var name = Add(names, UInt32(image, Add(entry, 8)));
                if (Piece(image, name, 0).StartsWith(wanted))
                {
                    var flags = Piece(image, Add(entry, 4), 2);
                    BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
                    found = true;
                }
                if (!Step(ref entry, UInt32(image, Add(entry, 12)))) break;
            }
            if (!Step(ref need, UInt32(image, Add(need, 12)))) break;
        }
        return found;
    }

    /// <summary>Tags and values of the dynamic section; the first of equal tags counts.</summary>
    private static Dictionary<ulong, ulong> Dynamic(Span<byte> image)
    {
        var entries = new Dictionary<ulong, ulong>();
        foreach (var header in ProgramHeaders(image))
        {
            if (UInt32(image, header) != DynamicSegment) continue;
            var start = UInt64(image, Add(header, 8));
            for (ulong at = 0; at + DynamicEntrySize <= UInt64(image, Add(header, 32)); at += DynamicEntrySize)
            {
                var tag = UInt64(image, Add(start, at));
                if (tag == 0) break;
                entries.TryAdd(tag, UInt64(image, Add(start, at + 8)));
            }
        }
        return entries;
    }

    /// <summary>Where in the file an address of the loaded image lies.</summary>
    private static ulong FileOffset(Span<byte> image, ulong address)
    {
        foreach (var header in ProgramHeaders(image))
        {
            var (offset, start, size) = (UInt64(image, Add(header, 8)), UInt64(image, Add(header, 16)), UInt64(image, Add(header, 32)));
            if (UInt32(image, header) == LoadSegment && address >= start && address - start < size) return Add(offset, address - start);
        }
        throw new BadImageFormatException($"address {address:x} lies in no segment of the library");
    }

    private static ulong[] ProgramHeaders(Span<byte> image)
    {
        var first = UInt64(image, 32);
        if (UInt16(image, 54) != ProgramHeaderSize) throw new BadImageFormatException("the library's program headers have an unknown size");
        var headers = new ulong[UInt16(image, 56)];
        for (var i = 0; i < headers.Length; i++) headers[i] = Add(first, (ulong)i * ProgramHeaderSize);
        return headers;
    }

    /// <summary>Moves to the next entry of a chain; false at its end.</summary>
    private static bool Step(ref ulong place, uint distance)
    {
        place = Add(place, distance);
        return distance != 0;
    }

    private static ulong Add(ulong a, ulong b) =>
        a <= int.MaxValue && b <= int.MaxValue ? a + b : throw new BadImageFormatException("the library points beyond its end");

    private static ushort UInt16(Span<byte> image, ulong at) => BinaryPrimitives.ReadUInt16LittleEndian(Piece(image, at, 2));

    private static uint UInt32(Span<byte> image, ulong at) => BinaryPrimitives.ReadUInt32LittleEndian(Piece(image, at, 4));

    private static ulong UInt64(Span<byte> image, ulong at) => BinaryPrimitives.ReadUInt64LittleEndian(Piece(image, at, 8));

    /// <summary>The image from <paramref name="at"/> on, at least <paramref name="length"/> bytes.</summary>
    private static Span<byte> Piece(Span<byte> image, ulong at, int length) =>
        at <= (ulong)image.Length && (ulong)image.Length - at >= (ulong)length
            ? image[(int)at..]
            : throw new BadImageFormatException("the library points beyond its end");
}
