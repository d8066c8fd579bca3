using CoFinetune.Data.Video;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

public sealed class FrameIndexTests
{
    [Theory]
    [InlineData(new long[] { 100, 140, 180, 220 })]
    [InlineData(new long[] { 100, 133, 167, 200 })]
    [InlineData(new long[] { -40, 0, 7, 9000 })]
    public void Index_WrittenAndRead_IsTheSame(long[] times)
    {
        var index = Copy(FrameIndex.OfTimes(new VideoInfo(8, 6, 25, times.Length), times, [(times[0], times[0] - 80), (times[2], times[2] - 80)]));
        Assert.Equal(new VideoInfo(8, 6, 25, times.Length), index.Info);
        Assert.True(index.ByTime);
        Assert.Equal(times, Enumerable.Range(0, times.Length).Select(index.TimeOf));
        Assert.Equal([-1, 0, 0, 1, 1], new[] { times[0] - 1, times[0], times[1], times[2], times[3] }.Select(index.KeyAt));
        Assert.Equal((times[2], times[2] - 80), index.Key(1));
        Assert.False(Copy(FrameIndex.OfCount(new(8, 6, 25, 4))).ByTime);
    }

    [Fact]
    public void Read_AnythingElse_IsRefused()
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        FrameIndex.OfTimes(new VideoInfo(8, 6, 25, 3), [0, 1, 5], [(0, 0)]).Write(writer);
        var bytes = buffer.ToArray();
        for (var length = 0; length < bytes.Length; length++) Refuses(bytes[..length]);
        Refuses([2, .. bytes[1..]]);                            // another version
        Refuses([.. bytes[..17], 2, 0, 0, 0, .. bytes[21..]]);  // two frames with three times
    }

    private static void Refuses(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var error = Record.Exception(() => FrameIndex.Read(reader));
        Assert.True(error is EndOfStreamException or InvalidDataException, $"{bytes.Length} bytes: {error}");
    }

    private static FrameIndex Copy(FrameIndex index)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        index.Write(writer);
        buffer.Position = 0;
        using var reader = new BinaryReader(buffer);
        return FrameIndex.Read(reader);
    }
}
