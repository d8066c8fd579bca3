using System.Diagnostics;
using CoFinetune.Data;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Decoders;
using CoFinetune.Data.Video.Isolation;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

/// <summary>What a decoder does with workers that misbehave: shell scripts play them.</summary>
public sealed class IsolatedDecoderTests : IDisposable
{
    // The first answer: its length, «done», eight bytes of CPU time, a version.
    private const string Hello = @"printf '\015\000\000\000\000\000\000\000\000\000\000\000\000\0036.1'; ";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(0.5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Probe_WorkerHangs_IsTheFailureOfThatFile()
    {
        using var decoder = Scripted(Hello + "exec sleep 60");
        foreach (var path in new[] { "a.mp4", "b.mp4" })
        {
            var error = Assert.Throws<DataException>(() => decoder.Probe(path, default));
            Assert.Equal((path, "decoding it needed more than 0.5 s and was stopped"), (error.File, error.Problem));
        }
    }

    [Fact]
    public void Probe_Cancelled_EndsAtOnceAndIsForgotten()
    {
        using var decoder = Scripted(Hello + "exec sleep 60", TimeSpan.FromSeconds(60));
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
            var since = Stopwatch.StartNew();
            Assert.ThrowsAny<OperationCanceledException>(() => decoder.Probe("a.mp4", stop.Token));
            Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public void Probe_WorkerDiesTwice_IsTheFailureOfThatFile()
    {
        var starts = Path.Combine(_folder.Path, "starts");
        using var decoder = Scripted($"echo >> '{starts}'; {Hello} head -c 1 >/dev/null; echo 'free(): invalid pointer' >&2; kill -ABRT $$", TimeSpan.FromSeconds(60));
        var error = Assert.Throws<DataException>(() => decoder.Probe("a.mp4", default));
        Assert.Equal("its decoder crashed: ended by signal 6: free(): invalid pointer", error.Problem);
        Assert.Equal(2, File.ReadAllLines(starts).Length);
    }

    [Fact]
    public void Probe_WorkerTalksNonsense_IsTheFailureOfThatFile()
    {
        foreach (var nonsense in new[] { @"printf '\377\377\377\177'; exec sleep 60", @"printf '\001\000\000\000\000'; exec sleep 60", Hello + "exec sleep 60" })
        {
            using var decoder = Scripted($"{Hello} head -c 1 >/dev/null; {nonsense}", TimeSpan.FromSeconds(60));
            Assert.StartsWith("its decoder crashed", Assert.Throws<DataException>(() => decoder.Probe("a.mp4", default)).Problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("exit 3", "a decode worker cannot be started: ended with code 3")]
    [InlineData(@"printf '\017\000\000\000\001\000\000\000\000\000\000\000\000\004none\000'", "none")]
    public void Start_WorkerThatCannotWork_GivesTheReason(string script, string expected)
    {
        Assert.Null(IsolatedDecoder.Start(["/bin/sh", "-c", script], Short, out var reason));
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void Start_NoProgram_GivesTheReason()
    {
        Assert.Null(IsolatedDecoder.Start(["/no/such/program"], Short, out var reason));
        Assert.StartsWith("a decode worker cannot be started: cannot start /no/such/program", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WithoutWorkers_FallsBackToTheProgramAndSaysSo()
    {
        // This test program is not the one that can be started as a worker.
        Assert.IsType<FfmpegDecoder>(VideoDecoders.Create(DecoderKind.Isolated, Short, out var note));
        Assert.StartsWith("videos are decoded by the ffmpeg program", note, StringComparison.Ordinal);
        Assert.IsType<FfmpegDecoder>(VideoDecoders.Create(DecoderKind.Ffmpeg, Short, out note));
        Assert.Null(note);
    }

    [Fact]
    public unsafe void SharedMemory_OfOneSide_IsSeenByTheOther()
    {
        using var mine = SharedMemory.Create();
        mine.Require(10_000);
        using var theirs = SharedMemory.Open(mine.Path);
        theirs.Require(5000);
        theirs.Bytes[9999] = 77;
        Assert.Equal((77, 10_000L, 10_000L), (mine.Bytes[9999], mine.Size, theirs.Size));
        mine.Require(100_000);
        theirs.Require(100_000);
        mine.Bytes[99_999] = 78;
        Assert.Equal(78, theirs.Bytes[99_999]);
    }

    private static IsolatedDecoder Scripted(string script, TimeSpan? limit = null) =>
        IsolatedDecoder.Start(["/bin/sh", "-c", script], limit ?? Short, out var reason) ?? throw new InvalidOperationException(reason);
}
