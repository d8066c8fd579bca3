using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CoFinetune.Cli.Pictures;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

public sealed class ContactSheetTests
{
    private static readonly LabelMap Labels = new([(1, "stand"), (2, "talk to")]);

    [Fact]
    public void Write_APicture_CanBeReadBack()
    {
        var picture = new Picture(5, 3, new(10, 20, 30));
        for (var i = 0; i < picture.Pixels.Length; i++) picture.Pixels[i] = (byte)(i * 97);
        using var file = new MemoryStream();
        PngWriter.Write(file, picture);
        var bytes = file.ToArray();
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], bytes[..8]);
        Assert.Equal([0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82], bytes[^8..]);               // IEND and its published checksum

        Assert.Equal("IHDR", Encoding.ASCII.GetString(bytes, 12, 4));
        Assert.Equal((5, 3), (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))));
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(33));
        using var inflate = new ZLibStream(new MemoryStream(bytes, 41, length), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        inflate.CopyTo(rows);
        var lines = rows.ToArray();
        Assert.Equal(3 * 16, lines.Length);
        var pixels = new byte[45];
        for (var y = 0; y < 3; y++)
        {
            Assert.Equal(2, lines[y * 16]);
            for (var i = 0; i < 15; i++) pixels[y * 15 + i] = (byte)(lines[y * 16 + 1 + i] + (y == 0 ? 0 : pixels[(y - 1) * 15 + i]));
        }
        Assert.Equal(picture.Pixels, pixels);
    }

    [Fact]
    public void Write_Words_DrawTheirLetters()
    {
        var picture = new Picture(12, 7, new(0, 0, 0));
        picture.Write("Lt", 0, 0, 1, new(255, 255, 255));
        string[] expected = ["#......#....", "#......#....", "#.....###...", "#......#....", "#......#....", "#......#..#.", "#####...##.."];
        for (var y = 0; y < 7; y++)
            Assert.Equal(expected[y], string.Concat(Enumerable.Range(0, 12).Select(x => picture.Pixels[(y * 12 + x) * 3] > 0 ? '#' : '.')));
    }

    [Fact]
    public void Draw_AKeyframe_HasItsFramesAndAnOutlineAroundEachPerson()
    {
        var shape = new ClipShape(8, 120, 130);
        var pixels = new byte[shape.Bytes];
        for (var frame = 0; frame < 8; frame++) pixels.AsSpan(frame * 120 * 130 * 3, 120 * 130 * 3).Fill((byte)(100 + frame));
        var target = new BoxTarget([new(new(0.5f, 0.5f, 1, 1), [0, 1], 1)]);
        var item = new ClipItem { VideoPath = "/v", Name = "movie", Timestamp = "0902", KeyframeSeconds = 2, Target = target };
        var row = new SheetRow(new("ava", new Fake(), null!), new(0, 0, item, target), shape, pixels);
        Assert.Equal("ava  movie at 0902", row.Title);
        Assert.Equal("1 stand + talk to", Assert.Single(row.Persons).Actions);

        // Six frames of 130 with gaps of 6: 822 wide. Two lines of 20, then the frames 0, 1, 2, 4, 5, 7.
        var sheet = ContactSheet.Draw([row]);
        Assert.Equal((822, 6 + 40 + 120 + 12), (sheet.Width, sheet.Height));
        Assert.Equal([100, 101, 102, 104, 105, 107], Enumerable.Range(0, 6).Select(n => (int)At(6 + n * 136, 46)));
        Assert.Equal(255, At(6 + 65 + 40, 46 + 60));
        Assert.Equal(100, At(6 + 65 + 40, 46 + 60 + 3));

        byte At(int x, int y) => sheet.Pixels[(y * sheet.Width + x) * 3];
    }

    private sealed class Fake : IClipDataset
    {
        public ClipTask Task => ClipTask.ActionDetection;

        public LabelMap Labels => ContactSheetTests.Labels;

        public IReadOnlyList<ClipItem> Items => [];
    }
}
