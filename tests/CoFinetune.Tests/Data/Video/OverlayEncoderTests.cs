using System.Diagnostics;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

public sealed class OverlayEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FfmpegFact]
    public void Write_UnevenRate_KeepsEveryFrameAtItsTimeAndShowsEachSheetInItsOwn()
    {
        // Black; 10 frames a second up to second 1, then 30.
        var source = Make("uneven.mp4", "color=black:size=64x48:rate=30:duration=2", "select='if(lt(t,1),not(mod(n,3)),1)'");
        var encoder = new OverlayEncoder(source, 30, default);
        Assert.Equal(40, encoder.FrameTimes!.Count);
        Assert.Equal(0.9, encoder.FrameTimes[9], 1e-6);
        Assert.Equal(1 + 29 / 30.0, encoder.FrameTimes[39], 1e-3);

        // White sheets for the second around second 1, clear ones elsewhere; the clear ones are red, which must not show.
        byte[] white = Sheet(255, 255, 255, 255), clear = Sheet(255, 0, 0, 0);
        var output = Path.Combine(_folder.Path, "out.mp4");
        encoder.Write(output, 64, 48, -0.5, 1, [clear, white, clear, clear], default);
        Assert.Equal(["uneven.mp4", "out.mp4"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).OrderDescending(StringComparer.Ordinal));

        var copy = new FfmpegDecoder();
        var times = copy.TimesOf(output, default)!;
        Assert.Equal(encoder.FrameTimes.Count, times.Count);
        Assert.All(encoder.FrameTimes.Zip(times), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        var frames = copy.Decode(output, [.. Enumerable.Range(0, 40)], 48, 64, default);
        for (var frame = 0; frame < 40; frame++)
        {
            // The color as it is after coding: nearly black or nearly white.
            var level = frames.Pixels[(frame * 48 + 24) * 64 * 3 + 32 * 3];
            var expected = times[frame] is >= 0.4999 and < 1.4999 ? 255 : 0;
            Assert.True(Math.Abs(level - expected) < 12, $"frame {frame} at {times[frame]} is {level}");
        }
    }

    [FfmpegFact]
    public void Write_WhereItCannot_SaysSoAndLeavesNothing()
    {
        var encoder = new OverlayEncoder(Make("even.mp4", "color=black:size=64x48:rate=10:duration=1", "null"), 10, default);
        Assert.Null(encoder.FrameTimes);
        var folder = Path.Combine(_folder.Path, "there");
        var output = Path.Combine(folder, "out.mp4");
        Directory.CreateDirectory($"{output}.part");
        var error = Assert.Throws<IOException>(() => encoder.Write(output, 64, 48, 0, 1, [Sheet(0, 0, 0, 0), Sheet(0, 0, 0, 0)], default));
        Assert.Contains("the overlay cannot be written", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(output));

        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => encoder.Write(Path.Combine(folder, "stopped.mp4"), 64, 48, 0, 1, [Sheet(0, 0, 0, 0)], stop.Token));
        Assert.Empty(Directory.GetFiles(folder));
    }

    private string Make(string name, string source, string filter)
    {
        var path = Path.Combine(_folder.Path, name);
        using var ffmpeg = Process.Start("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source, "-vf", filter, "-vsync", "vfr", "-pix_fmt", "yuv420p", path]);
        ffmpeg.WaitForExit();
        return path;
    }

    private static byte[] Sheet(byte red, byte green, byte blue, byte opacity) =>
        [.. Enumerable.Range(0, 64 * 48).SelectMany(_ => new[] { red, green, blue, opacity })];
}
