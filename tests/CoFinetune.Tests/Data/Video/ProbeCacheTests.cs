using CoFinetune.Data;
using CoFinetune.Data.Video;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

public sealed class ProbeCacheTests
{
    [Fact]
    public void Of_SeveralThreads_LooksOnceAtEachPath()
    {
        var looks = 0;
        var cache = new ProbeCache<string>((path, _) =>
        {
            Interlocked.Increment(ref looks);
            Thread.Sleep(50);
            return path;
        });
        Parallel.For(0, 8, i => Assert.Equal($"{i % 2}", cache.Of($"{i % 2}", default)));
        Assert.Equal(2, looks);
    }

    [Fact]
    public void Of_Failure_IsRemembered()
    {
        var looks = 0;
        var cache = new ProbeCache<int>((path, _) => throw new DataException(path, 0, $"failure {++looks}"));
        for (var i = 0; i < 2; i++) Assert.Equal("failure 1", Assert.Throws<DataException>(() => cache.Of("a", default)).Problem);
    }

    [Fact]
    public async Task Of_LookerCancelled_IsLookedAtByWhoeverWaits()
    {
        var looks = 0;
        using var started = new ManualResetEventSlim();
        var cache = new ProbeCache<int>((_, stop) =>
        {
            if (Interlocked.Increment(ref looks) > 1) return 7;
            started.Set();
            stop.WaitHandle.WaitOne();
            throw new OperationCanceledException(stop);
        });
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(() => cache.Of("a", stop.Token));
        started.Wait();
        var waiting = Task.Run(() => cache.Of("a", default));
        using var hurried = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(() => cache.Of("a", hurried.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => looking);
        Assert.Equal((7, 7, 2), (await waiting, cache.Of("a", default), looks));
    }
}
