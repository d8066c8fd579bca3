using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Tracking;

public sealed class AppendFileTests
{
    [Fact]
    public void Append_ToAFullDisk_LeavesTheFileWholeAndCatchesUpLater()
    {
        using var disk = new SmallDisk { Room = 5 };
        using var file = new AppendFile("metrics.jsonl", disk);
        Assert.Null(file.Append([1, 2]));
        Assert.Equal("No space left on device", file.Append([3, 4, 5, 6]));
        Assert.Equal([1, 2], disk.ToArray());
        Assert.NotNull(file.Append([7]));
        Assert.Equal([1, 2], disk.ToArray());
        disk.Room = 100;
        Assert.Null(file.Append([8]));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], disk.ToArray());
    }

    [Fact]
    public void Cut_ForgetsWhatWaits()
    {
        using var disk = new SmallDisk { Room = 2 };
        using var file = new AppendFile("metrics.jsonl", disk);
        Assert.Null(file.Append([1, 2]));
        Assert.NotNull(file.Append([3]));
        file.Cut(1);
        Assert.Null(file.Append([4]));
        Assert.Equal([1, 4], disk.ToArray());
    }

    /// <summary>Takes as many bytes as there is room for, and fails with the rest, as a disk does.</summary>
    private sealed class SmallDisk : MemoryStream
    {
        public int Room { get; set; }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var fits = (int)Math.Min(buffer.Length, Room - Position);
            foreach (var value in buffer[..fits]) WriteByte(value);
            if (fits < buffer.Length) throw new IOException("No space left on device");
        }
    }
}
