using System.Diagnostics;
using System.Security.Cryptography;
using CoFinetune.Data;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Native;
using CoFinetune.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace CoFinetune.Tests.Data.Video;

/// <summary>
/// Hundreds of random accesses per file against the file's own full decode by the ffmpeg program. Takes minutes, so it is asked for:
/// <c>COFINETUNE_EXACT=1 dotnet test --filter Exactness</c>, or with a folder in place of 1 to check every video below it too.
/// </summary>
public sealed class ExactnessTests(ITestOutputHelper output) : IDisposable
{
    private const int Accesses = 768;
    private const int Height = 72;
    private const int Width = 96;
    private const int Unscaled = 50;                           // frames that are compared at their own size too

    private readonly TemporaryFolder _folder = new();

    public static string? Asked { get; } = Environment.GetEnvironmentVariable("COFINETUNE_EXACT");

    public void Dispose() => _folder.Dispose();

    [ExactnessTheory]
    [InlineData("gop250.mp4", "-c:v", "libx264", "-g", "250")]
    [InlineData("fragmented.mp4", "-c:v", "libx264", "-g", "50", "-movflags", "frag_keyframe+empty_moov")]
    [InlineData("indexed.mp4", "-c:v", "libx264", "-g", "50", "-movflags", "dash+frag_keyframe+empty_moov+global_sidx+default_base_moof")]
    [InlineData("h264.mkv", "-c:v", "libx264", "-g", "60")]
    [InlineData("open.mkv", "-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=4")]
    [InlineData("open.mp4", "-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=4:b-pyramid=normal")]
    [InlineData("refresh.mp4", "-c:v", "libx264", "-bf", "0", "-x264-params", "intra-refresh=1:keyint=40")]
    [InlineData("prepared.mp4", "-c:v", "libx264", "-g", "16", "-bf", "1", "-tune", "fastdecode")]
    [InlineData("vp9.webm", "-c:v", "libvpx-vp9", "-b:v", "500k", "-g", "60", "-cpu-used", "8")]
    [InlineData("vp8.webm", "-c:v", "libvpx", "-b:v", "500k", "-g", "60", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-cpu-used", "8")]
    [InlineData("av1.mp4", "-c:v", "libsvtav1", "-preset", "10", "-g", "60")]
    [InlineData("hevc.mp4", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=0:bframes=4:open-gop=1:keyint=40")]
    [InlineData("hevc.mkv", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=0:bframes=4:keyint=40")]
    [InlineData("h264.ts", "-c:v", "libx264", "-g", "60")]
    [InlineData("mpeg2.ts", "-c:v", "mpeg2video", "-bf", "2", "-q:v", "4")]
    [InlineData("h264.avi", "-c:v", "libx264", "-g", "60")]
    [InlineData("mpeg4.avi", "-c:v", "mpeg4", "-bf", "2", "-q:v", "4")]
    [InlineData("variable.mp4", "-vf", "select='not(mod(n,3))+not(mod(n,7))'", "-fps_mode", "vfr", "-c:v", "libx264", "-g", "60")]
    [InlineData("variable.mkv", "-vf", "select='not(mod(n,3))+not(mod(n,7))'", "-fps_mode", "vfr", "-c:v", "libx264", "-g", "60")]
    [InlineData("full-range.mp4", "-c:v", "libx264", "-pix_fmt", "yuvj420p", "-g", "60")]
    [InlineData("flash.flv", "-c:v", "libx264", "-g", "60")]
    public void EveryAccess_GivesTheFrameOfTheFullDecode(string name, params string[] options)
    {
        var path = Path.Combine(_folder.Path, name);
        Run(["-f", "lavfi", "-i", "testsrc2=s=340x256:r=25:d=14,noise=alls=12:allf=t", "-pix_fmt", "yuv420p", .. options, "-y", path]);
        Assert.Equal(0, Check(path, sameAsProgram: true));
    }

    [ExactnessTheory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void EveryAccess_ToARotatedFile_GivesTheFrameOfTheFullDecode(int degrees)
    {
        var plain = Path.Combine(_folder.Path, "plain.mp4");
        Run(["-f", "lavfi", "-i", "testsrc2=s=340x256:r=25:d=14", "-c:v", "libx264", plain]);
        Assert.Equal(0, Check(NumberedVideo.Turn(plain, "turned.mp4", degrees), sameAsProgram: false));
    }

    [ExactnessTheory]
    [InlineData(".mp4", ".mkv", ".webm", ".avi", ".mov", ".ts")]
    public void EveryVideoOfTheFolder_IsExact(params string[] endings)
    {
        if (!Directory.Exists(Asked)) return;
        var wrong = 0;
        foreach (var path in Directory.EnumerateFiles(Asked, "*", SearchOption.AllDirectories).Where(path => endings.Contains(Path.GetExtension(path))).Order())
        {
            try
            {
                wrong += Check(path, sameAsProgram: true);
            }
            catch (DataException broken)
            {
                output.WriteLine($"{Path.GetFileName(path)}: {broken.Problem}");
            }
        }
        Assert.Equal(0, wrong);
    }

    private int Check(string path, bool sameAsProgram)
    {
        var decoder = new LibavDecoder { TimeLimit = TimeSpan.FromMinutes(5) };
        var count = decoder.Probe(path, default).FrameCount;
        var own = new List<ulong>();
        for (var from = 0; from < count; from += 500) own.AddRange(Hashes(decoder.Decode(path, NumberedVideo.Range(from, Math.Min(500, count - from)), Height, Width, default)));
        var program = sameAsProgram ? FullDecode(path, Height, Width, count) : own;
        var differ = Math.Abs(program.Count - count) + own.Zip(program).Count(pair => pair.First != pair.Second);
        if (sameAsProgram)
        {
            var (info, first) = (decoder.Probe(path, default), Math.Min(Unscaled, count));
            var unscaled = Hashes(decoder.Decode(path, NumberedVideo.Range(0, first), info.Height, info.Width, default));
            differ += unscaled.Zip(FullDecode(path, info.Height, info.Width, first)).Count(pair => pair.First != pair.Second);
        }

        // Clips of 16 frames at every stride, and single frames.
        var (wrong, asked) = (0, 0);
        for (var access = 0u; asked < Accesses; access++)
        {
            var stride = (int)(KeyedHash.At(1, access) % 8) + 1;
            var start = (int)(KeyedHash.At(2, access) % (ulong)count);
            int[] frames = [.. Enumerable.Range(0, access % 3 == 0 ? 1 : 16).Select(i => start + i * stride).Where(frame => frame < count)];
            wrong += Hashes(decoder.Decode(path, frames, Height, Width, default)).Zip(frames).Count(pair => pair.First != own[pair.Second]);
            asked += frames.Length;
        }
        output.WriteLine($"{Path.GetFileName(path)}: {count} frames, {wrong} of {asked} accesses wrong, {differ} of {program.Count + (sameAsProgram ? Math.Min(Unscaled, count) : 0)} frames unlike the ffmpeg program's");
        return wrong + differ;
    }

    private static IEnumerable<ulong> Hashes(FrameBlock block)
    {
        var bytes = block.Height * block.Width * 3;
        return Enumerable.Range(0, block.Count).Select(i => Hash(block.Pixels.AsSpan(i * bytes, bytes)));
    }

    private static ulong Hash(ReadOnlySpan<byte> frame) => BitConverter.ToUInt64(SHA256.HashData(frame));

    private static List<ulong> FullDecode(string path, int height, int width, int frames)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "ffmpeg",
            ["-v", "error", "-threads", "1", "-i", "file:" + path, "-map", "0:V:0", NumberedVideo.FrameRateOption, "passthrough",
             "-frames:v", $"{frames + 1}",
             "-vf", $"scale={width}:{height}:flags=bilinear", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"])
        { RedirectStandardOutput = true })!;
        var frame = new byte[height * width * 3];
        var hashes = new List<ulong>();
        while (process.StandardOutput.BaseStream.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length) hashes.Add(Hash(frame));
        process.WaitForExit();
        return hashes;
    }

    private static void Run(string[] arguments)
    {
        using var process = Process.Start("ffmpeg", ["-v", "error", .. arguments.Select(argument => argument == "-fps_mode" ? NumberedVideo.FrameRateOption : argument)]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ExactnessTheoryAttribute : TheoryAttribute
    {
        public ExactnessTheoryAttribute() =>
            Skip = LibavFactAttribute.Missing ?? (Asked is null ? "takes minutes: set COFINETUNE_EXACT to 1, or to a folder of videos" : null);
    }
}
