using System.Diagnostics;
using CoFinetune.Data;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Isolation;
using CoFinetune.Data.Video.Native;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>Real decode workers, and what happens to them.</summary>
public sealed class DecodeWorkerTests(SmallWorld world, ITestOutputHelper output) : IClassFixture<SmallWorld>
{
    private static readonly int[] Frames = [0, 2, 5, 9];

    private string Video => Directory.EnumerateFiles(world.World, "*.mp4", SearchOption.AllDirectories).Order().First();

    [FfmpegFact]
    public void Decode_InAWorker_GivesTheSameFramesAndInfo()
    {
        using var isolated = Start();
        var inproc = new LibavDecoder();
        Assert.Equal(inproc.Probe(Video, default), isolated.Probe(Video, default));
        Assert.Equal(Pixels(inproc), Pixels(isolated));
        Assert.True(isolated.WorkerCpuTime > TimeSpan.Zero);
        Assert.Equal("no such video file", Assert.Throws<DataException>(() => isolated.Probe("/no/such.mp4", default)).Problem);
        Assert.Throws<DataException>(() => isolated.Probe(world.Config, default));
    }

    [FfmpegFact]
    public async Task Decode_WorkersKilled_GivesEveryFrame()
    {
        using var decoder = Start();
        var expected = Pixels(decoder);
        for (var round = 0; round < 6; round++)
        {
            // One of them, busy or not; a clip whose decoder dies twice would count as the cause.
            var killing = KillOne(TimeSpan.FromMilliseconds(5 * round));
            Parallel.For(0, 30, new ParallelOptions { MaxDegreeOfParallelism = 3 }, _ => Assert.Equal(expected, Pixels(decoder)));
            await killing;
            await Task.Delay(200);                              // until its death is known, so that no clip meets two
        }
    }

    private static async Task KillOne(TimeSpan after)
    {
        await Task.Delay(after);
        var worker = Directory.EnumerateDirectories("/proc").First(IsWorker);
        using var kill = Process.Start("kill", ["-9", Path.GetFileName(worker)]);
        await kill.WaitForExitAsync();
    }

    private static bool IsWorker(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).EndsWith($"decode-worker\0{Environment.ProcessId}\0", StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [FfmpegFact]
    public void Decode_APipe_IsRefused()
    {
        var pipe = world.At("pipe.mp4");
        using (var make = Process.Start("mkfifo", [pipe])) make.WaitForExit();
        using var decoder = Start();
        Assert.Equal("is empty, or no regular file", Assert.Throws<DataException>(() => decoder.Probe(pipe, default)).Problem);
        var link = world.At("link.mp4");
        File.CreateSymbolicLink(link, pipe);
        Assert.Equal("is empty, or no regular file", Assert.Throws<DataException>(() => decoder.Probe(link, default)).Problem);
    }

    /// <summary>A few mutated files always; <c>COFINETUNE_FUZZ=5000</c> for as many as that.</summary>
    [FfmpegFact]
    public void Decode_MutatedFiles_AreDecodedOrRefused()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("COFINETUNE_FUZZ") ?? "40");
        string[] kinds = [".mp4", ".mkv", ".webm", ".avi"];
        var sources = kinds.Select(kind => Converted("source" + kind, kind == ".webm" ? ["-c:v", "libvpx-vp9", "-cpu-used", "8"] : ["-c:v", "libx264", "-g", "12"])).ToList();
        using var decoder = Start();
        var (decoded, refused, crashed, late) = (0, 0, 0, 0);
        var expected = Pixels(decoder);
        var slowest = TimeSpan.Zero;
        for (var n = 0; n < count; n++)
        {
            var kind = n % kinds.Length;
            var path = world.At($"mutated-{n}{kinds[kind]}");
            File.WriteAllBytes(path, Mutate(File.ReadAllBytes(sources[kind]), new KeyedRandom(KeyedHash.At(9, (ulong)n))));
            var since = Stopwatch.StartNew();
            try
            {
                var info = decoder.Probe(path, default);
                decoder.Decode(path, [.. Enumerable.Range(0, Math.Min(16, info.FrameCount))], 32, 32, default);
                decoded++;
            }
            catch (DataException failure)
            {
                refused++;
                if (failure.Problem.Contains("crashed", StringComparison.Ordinal)) crashed++;
                if (failure.Problem.Contains("needed more", StringComparison.Ordinal)) late++;
                if (crashed + late > 0 && failure.Problem.StartsWith("its", StringComparison.Ordinal)) output.WriteLine(failure.Message);
            }
            slowest = since.Elapsed > slowest ? since.Elapsed : slowest;
            File.Delete(path);
        }
        output.WriteLine($"{count} mutated files: {decoded} decoded, {refused} refused, {crashed} crashes, {late} over the limit, the slowest took {slowest.TotalMilliseconds:0} ms");
        Assert.Equal(count, decoded + refused);
        Assert.Equal(expected, Pixels(decoder));
    }

    private static byte[] Mutate(byte[] bytes, KeyedRandom random)
    {
        // Half of the changes hit the first kilobyte, where most of the structure is.
        int Place() => random.NextInt(random.NextInt(2) == 0 ? Math.Min(1024, bytes.Length) : bytes.Length);
        switch (random.NextInt(5))
        {
            case 0:
                return bytes[..Place()];
            case 1:
                var (from, to) = (Place(), Place());
                bytes.AsSpan(from, Math.Min(random.NextInt(2000), bytes.Length - Math.Max(from, to))).CopyTo(bytes.AsSpan(to));
                break;
            case 2:
                var start = Place();
                bytes.AsSpan(start, Math.Min(random.NextInt(500), bytes.Length - start)).Fill((byte)(random.NextInt(2) * 255));
                break;
            default:
                for (var i = random.NextInt(30); i >= 0; i--) bytes[Place()] = (byte)random.NextInt(256);
                break;
        }
        return bytes;
    }

    private string Converted(string name, string[] options)
    {
        var path = world.At(name);
        using var process = Process.Start("ffmpeg", ["-v", "error", "-i", Video, .. options, "-y", path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }

    private byte[] Pixels(IVideoDecoder decoder) => decoder.Decode(Video, Frames, 32, 32, default).Pixels[..(Frames.Length * 32 * 32 * 3)];

    private static IsolatedDecoder Start() =>
        IsolatedDecoder.Start(TimeSpan.FromSeconds(30), out var reason) ?? throw new InvalidOperationException(reason);
}
