using CoFinetune.Data;
using CoFinetune.Data.Video;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

public sealed class FrameCacheTests
{
    private const int FrameBytes = 6 * 8 * 3;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40 * FrameBytes)]
    [InlineData(300 * FrameBytes)]
    [InlineData(1 << 30)]
    public void Read_AnyBudget_GivesTheSameFrames(long budget)
    {
        var cache = new FrameCache(new FakeDecoder(), budget);
        for (var round = 0; round < 3; round++)
        {
            foreach (var path in new[] { "a", "b", "c", "d" })
            {
                foreach (var frames in new int[][] { [0, 4, 8], [30, 31, 32, 33], [99, 99, 99], [0, 99], [60, 62, 64] }) Check(cache, path, frames);
            }
        }
    }

    [Fact]
    public void Read_Again_DoesNotDecodeAgain()
    {
        var decoder = new FakeDecoder();
        var cache = new FrameCache(decoder, 1 << 20);
        Check(cache, "a", [40, 41]);
        Check(cache, "a", [0, 99]);
        Assert.Equal(("a", 0, 100), Assert.Single(decoder.Calls));          // the whole short file at first touch
    }

    [Fact]
    public void Read_LongFile_IsReadInStretches()
    {
        var decoder = new FakeDecoder { Info = new(8, 6, 10, 2000) };
        var cache = new FrameCache(decoder, 1 << 20);
        Check(cache, "a", [700, 710]);
        Check(cache, "a", [1020, 1030]);
        Assert.Equal([("a", 512, 512), ("a", 1024, 512)], decoder.Calls);
    }

    [Fact]
    public void Read_NoRoomForMore_DecodesExactlyWhatIsAskedAndKeepsWhatIsThere()
    {
        var decoder = new FakeDecoder();
        var cache = new FrameCache(decoder, 150 * FrameBytes);
        foreach (var path in new[] { "a", "b", "a", "b" }) Check(cache, path, [40, 44, 48]);
        Assert.Equal([("a", 0, 100), ("b", 40, 3), ("b", 40, 3)], decoder.Calls);
    }

    [Fact]
    public void Read_RepeatedFrames_AreDecodedOnce()
    {
        var decoder = new FakeDecoder();
        Check(new FrameCache(decoder, 0), "a", [0, 0, 0, 4, 99, 99]);
        Assert.Equal(("a", 0, 3), Assert.Single(decoder.Calls));
    }

    [Fact]
    public async Task Read_ManyThreads_DecodeAFileOnce()
    {
        var decoder = new FakeDecoder { Before = (_, _) => Thread.Sleep(50) };
        var cache = new FrameCache(decoder, 1 << 20);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Factory.StartNew(
            () => Check(cache, "a", [i * 10, i * 10 + 5]), Forever, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Single(decoder.Calls);
    }

    [Fact]
    public async Task Read_OtherThreadGivesUp_TakesOver()
    {
        using var stop = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var first = 1;
        var decoder = new FakeDecoder
        {
            Before = (_, token) =>
            {
                if (Interlocked.Exchange(ref first, 0) == 0) return;
                begun.Set();
                token.WaitHandle.WaitOne();
            },
        };
        var cache = new FrameCache(decoder, 1 << 20);
        var quitter = Task.Factory.StartNew(
            () => cache.Read("a", [0], 6, 8, stop.Token), Forever, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        begun.Wait(Forever);
        var other = Task.Factory.StartNew(() => Check(cache, "a", [5]), Forever, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Delay(50, Forever);
        await stop.CancelAsync();
        await other;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => quitter);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    public void Read_DamageElsewhere_DoesNotCount(long budget)
    {
        var cache = new FrameCache(new FakeDecoder { Damaged = 20 }, budget);
        Check(cache, "a", [21, 25]);
        Check(cache, "a", [5, 19]);
        Assert.Throws<DataException>(() => cache.Read("a", [15, 20], 6, 8, default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    [InlineData(1)]
    public void Read_FileEndsEarly_RepeatsTheLastFrame(long budget)
    {
        var cache = new FrameCache(new FakeDecoder { Held = 96 }, budget);
        foreach (var frame in new[] { 97, 99 }) Assert.Equal(FakeDecoder.Byte("a", 95, 5), cache.Read("a", [frame], 6, 8, default)[0].Span[5]);
        var three = cache.Read("a", [94, 96, 98], 6, 8, default);
        Assert.Equal(new[] { 94, 95, 95 }.Select(frame => FakeDecoder.Byte("a", frame, 0)), three.Select(frame => frame.Span[0]));
    }

    private static CancellationToken Forever => CancellationToken.None;

    private static void Check(FrameCache cache, string path, int[] frames)
    {
        var read = cache.Read(path, frames, 6, 8, default);
        Assert.Equal(frames.Length, read.Count);
        foreach (var (frame, pixels) in frames.Zip(read))
        {
            Assert.Equal(FrameBytes, pixels.Length);
            for (var i = 0; i < pixels.Length; i++) Assert.Equal(FakeDecoder.Byte(path, frame, i), pixels.Span[i]);
        }
    }
}
