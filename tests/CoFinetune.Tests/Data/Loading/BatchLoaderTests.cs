using System.Security.Cryptography;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video;
using CoFinetune.Tests.Data.Video;
using Xunit;

namespace CoFinetune.Tests.Data.Loading;

public sealed class BatchLoaderTests
{
    private const int Steps = 40;

    public static TheoryData<MixtureConfig> Mixtures => new(
        new MixedConfig { Batch = 5 }, new UniformConfig { Batch = 5 }, new TaskByTaskConfig { Batch = 3 }, new AccumulateConfig { Batch = 2 });

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Next_AnyNumberOfWorkers_GivesTheSameBytes(MixtureConfig mixture)
    {
        var expected = Hashes(mixture, workers: 1, prefetch: 1, from: 0, delays: false);
        Assert.Equal(Steps, expected.Distinct().Count());
        foreach (var workers in new[] { 1, 2, 3, 8 })
            Assert.Equal(expected, Hashes(mixture, workers, prefetch: 4, from: 0, delays: true));
    }

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Next_FromAnyStep_GoesOnAsTheWholeRun(MixtureConfig mixture)
    {
        var expected = Hashes(mixture, workers: 3, prefetch: 2, from: 0, delays: false);
        for (var from = 1; from < Steps; from++)
            Assert.Equal(expected[from..], Hashes(mixture, workers: 3, prefetch: 2, from, delays: false));
    }

    [Fact]
    public void Next_BrokenVideo_FailsAtItsStepAndNoOther()
    {
        var loader = ClipLoaderTests.Loader(ClipLoaderTests.Classes("a", "bad1", "c", "bad2"), new FakeDecoder());
        int[][] batches = [[0, 2], [2, 1, 3], [0]];
        using var batched = new BatchLoader(loader, batches.Select(Plan), 3, 3, TimeProvider.System);
        using (var first = batched.Next(default)) Assert.Equal(2, first!.Samples.Count);
        Assert.Contains("bad1", Assert.Throws<DataException>(() => batched.Next(default)).Message, StringComparison.Ordinal);
        using (var third = batched.Next(default)) Assert.Single(third!.Samples);
        Assert.Null(batched.Next(default));
        Assert.Equal(3, batched.Statistics.Clips);
    }

    [Fact]
    public void TryNext_ABatchThatIsNotThere_LeavesItToNext()
    {
        using var go = new ManualResetEventSlim();
        var decoder = new FakeDecoder { Before = (path, stop) => { if (path == "slow") go.Wait(stop); } };
        var loader = ClipLoaderTests.Loader(ClipLoaderTests.Classes("a", "slow", "b", "bad"), decoder);
        int[][] batches = [[0], [1], [3], [0, 0]];
        using var batched = new BatchLoader(loader, batches.Select(Plan), 1, 4, TimeProvider.System);
        Assert.Single(Loaded(batched).Samples);
        Assert.Null(batched.TryNext());
        Assert.Null(batched.TryNext());
        go.Set();
        Assert.Equal(1, Assert.Single(Loaded(batched).Samples).Item);
        Assert.False(SpinWait.SpinUntil(() => batched.TryNext() is not null, 100));                 // the broken one stays for Next to tell of
        Assert.Throws<DataException>(() => batched.Next(default));
        Assert.Equal(2, Loaded(batched).Samples.Count);
        Assert.Null(batched.TryNext());
        Assert.Null(batched.Next(default));
        Assert.Equal(4, batched.Statistics.Clips);

        static ClipBatch Loaded(BatchLoader batched)
        {
            ClipBatch? batch = null;
            Assert.True(SpinWait.SpinUntil(() => (batch = batched.TryNext()) is not null, TimeSpan.FromSeconds(20)));
            using (batch) return batch!;
        }
    }

    [Fact]
    public void Next_BrokenPlan_FailsWhereItBreaks()
    {
        var config = ClipLoaderTests.Classes("a", "bad") with { Asks = ClipTask.ActionDetection };
        var loader = ClipLoaderTests.Loader(config, new FakeDecoder());
        using var batched = new BatchLoader(loader, EvaluationPlan.Of(loader, 0, 1), 2, 2, TimeProvider.System);
        batched.Next(default)!.Dispose();
        Assert.Throws<DataException>(() => batched.Next(default));
    }

    [Fact]
    public async Task Next_SlowConsumer_LoadsNoFurtherThanPrefetch()
    {
        // Each clip is of a video of its own: two workers that want the same frames at the same time decode them once.
        const int Batches = 100;
        var videos = Enumerable.Range(0, 2 * Batches).Select(i => $"video{i}").ToArray();
        var decoder = new FakeDecoder();
        var loader = new ClipLoader(
            [new("set", ClipLoaderTests.Classes(videos).Open(DataSplit.Train, ""), new FakeConfig())], new() { Frames = 2, Size = 8 }, new FrameCache(decoder, 0));
        using var batched = new BatchLoader(
            loader, Enumerable.Range(0, Batches).Select(i => Plan([2 * i, 2 * i + 1])), 4, prefetch: 3, TimeProvider.System);
        Assert.True(SpinWait.SpinUntil(() => decoder.Calls.Count >= 6, TimeSpan.FromSeconds(20)));
        await Task.Delay(100);
        Assert.Equal(6, decoder.Calls.Count);
    }

    [Fact]
    public async Task Dispose_WhileDecoding_StopsTheDecoders()
    {
        using var begun = new CountdownEvent(2);
        var decoder = new FakeDecoder
        {
            Before = (_, stop) =>
            {
                begun.Signal();
                stop.WaitHandle.WaitOne();
            },
        };
        var loader = ClipLoaderTests.Loader(ClipLoaderTests.Classes("a", "b", "c"), decoder);
        var batched = new BatchLoader(loader, Enumerable.Repeat(Plan([0, 1]), 1000), 2, 2, TimeProvider.System);
        begun.Wait();
        await Task.Run(batched.Dispose).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(2, decoder.Calls.Count);
    }

    [Fact]
    public void Next_Cancelled_LeavesAtOnce()
    {
        using var release = new ManualResetEventSlim();
        var loader = ClipLoaderTests.Loader(ClipLoaderTests.Classes("a"), new FakeDecoder { Before = (_, stop) => WaitHandle.WaitAny([stop.WaitHandle]) });
        using var batched = new BatchLoader(loader, [Plan([0])], 1, 1, TimeProvider.System);
        using var stop = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => batched.Next(stop.Token));
    }

    [Fact]
    public void EvaluationPlan_OtherShape_BeginsANewBatch()
    {
        var items = new[] { "wide", "wide", "wide", "high", "wide" }.Select(path => new ClipItem { VideoPath = path, Name = path, Target = new BoxTarget([]) });
        var config = new FakeConfig { Asks = ClipTask.ActionDetection, Items = [.. items] };
        var loader = new ClipLoader([new("set", config.Open(DataSplit.Validation, ""), config)], new() { Frames = 2, Size = 16 }, new FrameCache(new TwoShapes(), 0));
        var batches = EvaluationPlan.Of(loader, 0, 2).ToList();
        Assert.Equal([[0, 1], [2], [3], [4]], batches.Select(batch => batch.Requests.Select(request => request.Item)));
        Assert.All(batches, batch => Assert.Equal(new DatasetSlice(0, 0, batch.Requests.Count), Assert.Single(batch.Slices)));
        Assert.All(batches.SelectMany(batch => batch.Requests), request => Assert.Null(request.Seed));
    }

    private static BatchPlan Plan(int[] items) =>
        new([new(0, 0, items.Length)], [.. items.Select(item => new SampleRequest(0, item, item % 2 == 0 ? 5 : null))]);

    // The hash of each step of a run over three datasets, in which every decoding takes its own time.
    private static string[] Hashes(MixtureConfig mixture, int workers, int prefetch, int from, bool delays)
    {
        var waits = 0;
        var decoder = new FakeDecoder
        {
            Before = (_, _) =>
            {
                if (delays) Thread.Sleep((int)(KeyedHash.At((ulong)workers, (ulong)Interlocked.Increment(ref waits)) % 4));
            },
        };
        FakeConfig[] configs =
        [
            ClipLoaderTests.Classes("a", "b", "c", "d", "e"),
            ClipLoaderTests.Classes("f", "g", "h") with { Jitter = [1, 1.5] },
            ClipLoaderTests.Classes("i", "j") with { Fit = FrameFit.Stretch },
        ];
        var sources = configs.Select((config, i) => new ClipSource($"set{i}", config.Open(DataSplit.Train, ""), config)).ToList();
        var loader = new ClipLoader(sources, new() { Frames = 4, Size = 8 }, new FrameCache(decoder, workers * 10_000));
        var plan = new TrainingPlan(mixture.Build(MixedConfigTests.Sets(0.2, 0.3, 0.5), Steps, 1), [5, 3, 2], 1);
        using var batched = new BatchLoader(loader, plan.From(from), workers, prefetch, TimeProvider.System);
        return [.. Enumerable.Range(from, Steps - from).Select(step =>
        {
            using var batch = batched.Next(default)!;
            Assert.Equal(plan.At(step).Requests.Select(r => (r.Dataset, r.Item)), batch.Samples.Select(s => (s.Dataset, s.Item)));
            return Convert.ToHexString(SHA256.HashData(batch.Pixels.AsSpan(0, batch.ByteCount)));
        })];
    }

    private sealed class TwoShapes : IVideoDecoder
    {
        public VideoInfo Probe(string path, CancellationToken stop) => path == "wide" ? new(64, 32, 10, 9) : new(32, 64, 10, 9);

        public FrameBlock Decode(string path, IReadOnlyList<int> frames, int height, int width, CancellationToken stop) => throw new NotSupportedException();
    }
}
