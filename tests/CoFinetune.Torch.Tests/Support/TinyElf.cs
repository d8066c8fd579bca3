using System.Buffers.Binary;
using System.Text;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>An ELF image with nothing but one segment, a dynamic section, a string table and the versions that it needs of one library.</summary>
internal static class TinyElf
{
    public const int NeedOffset = 0x200;
    public const int StringsOffset = 0x300;
    private const ulong Base = 0x10000;
    private const int Size = 0x400;

    /// <summary>Where the flags of need <paramref name="index"/> stand.</summary>
    public static int FlagsOffset(int index) => NeedOffset + 16 + 16 * index + 4;

    public static byte[] Create(ushort machine, params string[] versions)
    {
        var image = new byte[Size];
        "\u007fELF"u8.CopyTo(image);
        image[4] = 2; // 64-bit
        image[5] = 1; // little-endian
        U16(image, 16, 3);
        U16(image, 18, machine);
        U64(image, 32, 0x40); // program headers
        U16(image, 54, 56);
        U16(image, 56, 2);
        Segment(image, 0x40, type: 1, offset: 0, address: Base, size: Size);
        Segment(image, 0x78, type: 2, offset: 0x100, address: Base + 0x100, size: 0x50);

        Dynamic(image, 0, 0x6ffffffe, Base + NeedOffset);
        Dynamic(image, 1, 0x6fffffff, 1);
        Dynamic(image, 2, 5, Base + StringsOffset);
        Dynamic(image, 3, 0, 0);

        U16(image, NeedOffset, 1);
        U16(image, NeedOffset + 2, (ushort)versions.Length);
        U32(image, NeedOffset + 8, 16);
        var name = 1u;
        for (var i = 0; i < versions.Length; i++)
        {
            var entry = NeedOffset + 16 + 16 * i;
            U32(image, entry + 8, name);
            U32(image, entry + 12, i == versions.Length - 1 ? 0u : 16u);
            Encoding.ASCII.GetBytes(versions[i]).CopyTo(image, StringsOffset + (int)name);
            name += (uint)versions[i].Length + 1;
        }
        return image;
    }

    private static void Segment(byte[] image, int at, uint type, ulong offset, ulong address, ulong size)
    {
        U32(image, at, type);
        U64(image, at + 8, offset);
        U64(image, at + 16, address);
        U64(image, at + 32, size);
    }

    private static void Dynamic(byte[] image, int index, ulong tag, ulong value)
    {
        U64(image, 0x100 + 16 * index, tag);
        U64(image, 0x108 + 16 * index, value);
    }

    private static void U16(byte[] image, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);

    private static void U32(byte[] image, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);

    private static void U64(byte[] image, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
}
