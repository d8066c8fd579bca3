using System.Runtime.InteropServices;
using CoFinetune.Models.Native;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Models.Native;

public class ElfImageTests
{
    private static readonly ushort Here = (ushort)(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 183 : 62);
    private static readonly ushort Elsewhere = (ushort)(Here == 62 ? 183 : 62);

    [Fact]
    public void WeakenVersion_OneOfThree_SetsTheWeakFlagOfThatOneAlone()
    {
        var image = TinyElf.Create(Here, "GLIBCXX_3.4.3", "GLIBCXX_3.4.32", "CXXABI_1.3");
        var expected = (byte[])image.Clone();
        expected[TinyElf.FlagsOffset(1)] = 2;

        Assert.True(ElfImage.WeakenVersion(image, "GLIBCXX_3.4.32"));

        Assert.Equal(expected, image);
    }

    [Fact]
    public void WeakenVersion_NoSuchNeed_ChangesNothing()
    {
        var image = TinyElf.Create(Here, "GLIBCXX_3.4.3", "GLIBCXX_3.4.320");
        var before = (byte[])image.Clone();

        Assert.False(ElfImage.WeakenVersion(image, "GLIBCXX_3.4.32"));

        Assert.Equal(before, image);
    }

    [Fact]
    public void WeakenVersion_AnyByteBroken_StaysInBounds()
    {
        var image = TinyElf.Create(Here, "GLIBCXX_3.4.3", "GLIBCXX_3.4.32");
        for (var at = 0; at < image.Length; at++)
        {
            foreach (var value in (byte[])[0, 1, 0x7f, 0x80, 0xff]) Try([.. image[..at], value, .. image[(at + 1)..]]);
            Try(image[..at]);
        }

        static void Try(byte[] broken)
        {
            try
            {
                ElfImage.WeakenVersion(broken, "GLIBCXX_3.4.32");
            }
            catch (BadImageFormatException)
            {
                // The one failure that is allowed.
            }
        }
    }

    [Fact]
    public void ArchitectureProblem_ForeignFiles_SaysWhat()
    {
        Assert.Null(ElfImage.ArchitectureProblem(TinyElf.Create(Here, "A")));
        Assert.Contains("this process is", ElfImage.ArchitectureProblem(TinyElf.Create(Elsewhere, "A")), StringComparison.Ordinal);
        Assert.Equal("is no ELF library", ElfImage.ArchitectureProblem("version https://git-lfs.github.com"u8));
        Assert.Equal("is no ELF library", ElfImage.ArchitectureProblem([]));
    }
}
