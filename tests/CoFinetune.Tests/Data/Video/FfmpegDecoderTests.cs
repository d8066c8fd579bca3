using System.Diagnostics;
using System.Runtime.Versioning;
using CoFinetune.Data;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

[UnsupportedOSPlatform("windows")]
public sealed class FfmpegDecoderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cofinetune-ffmpeg-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FfmpegTheory]
    [InlineData("a.mp4")]
    [InlineData("a.mkv")]
    [InlineData("a.avi")]
    [InlineData("a.ts")]
    [InlineData("-a:b 50%d'.mp4")]
    public void Decode_RandomAccess_GivesTheFramesAsked(string name)
    {
        var path = NumberedVideo.Write(_folder, name, 60);
        var decoder = new FfmpegDecoder();
        var info = decoder.Probe(path, default);
        Assert.Equal((NumberedVideo.Width, NumberedVideo.Height, 60), (info.Width, info.Height, info.FrameCount));
        Assert.Equal(10, info.FrameRate, 0.01);
        foreach (var (start, count) in new[] { (0, 60), (0, 1), (1, 2), (24, 3), (37, 8), (52, 8), (59, 1) })
            Assert.Equal(Enumerable.Range(start, count), NumberedVideo.Numbers(decoder.Decode(path, NumberedVideo.Range(start, count), 32, 128, default)));
    }

    [FfmpegFact]
    public void Decode_VariableRate_GivesTheFramesAsked()
    {
        var numbered = NumberedVideo.Write(_folder, "all.mp4", 60);
        var path = NumberedVideo.Convert(numbered, "some.mp4", "-vf", "select='lt(n,10)+gt(n,40)*not(mod(n,4))'", NumberedVideo.FrameRateOption, "vfr", "-c:v", "mpeg4", "-q:v", "2");
        int[] kept = [.. Enumerable.Range(0, 10), 44, 48, 52, 56];
        var decoder = new FfmpegDecoder();
        Assert.Equal(kept.Length, decoder.Probe(path, default).FrameCount);
        for (var start = 0; start < kept.Length; start += 3)
        {
            var count = Math.Min(4, kept.Length - start);
            Assert.Equal(kept[start..(start + count)], NumberedVideo.Numbers(decoder.Decode(path, NumberedVideo.Range(start, count), 32, 128, default)));
        }
    }

    [Theory]
    [InlineData("ffmpeg version 4.3.7-0+deb11u1 Copyright (c) 2000-2024", "-vsync")]
    [InlineData("ffmpeg version n4.4 Copyright", "-vsync")]
    [InlineData("ffmpeg version 5.0.1", "-vsync")]
    [InlineData("ffmpeg version 5.1.9-0+deb12u1 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version n7.1.1", "-fps_mode")]
    [InlineData("ffmpeg version 9.0.2-4 Copyright", "-fps_mode")]
    [InlineData("ffmpeg version 10.0", "-fps_mode")]
    [InlineData("ffmpeg version N-119584-g06cee0c681 Copyright", "-fps_mode")]
    public void FrameRateOption_FollowsTheVersion(string version, string option) => Assert.Equal(option, FfmpegDecoder.FrameRateOption(version));

    [FfmpegFact]
    public void Decode_CutWithoutReencoding_CountsOnlyFramesThatAreShown()
    {
        var numbered = NumberedVideo.Write(_folder, "all.mp4", 60);
        var path = NumberedVideo.Convert(numbered, "cut.mp4", "-c", "copy", "-ss", "1.0");
        var decoder = new FfmpegDecoder();
        var whole = NumberedVideo.Numbers(decoder.Decode(path, NumberedVideo.Range(0, decoder.Probe(path, default).FrameCount), 32, 128, default));
        Assert.Equal(decoder.Probe(path, default).FrameCount, whole.Length);
        Assert.Equal(Enumerable.Range(whole[0], whole.Length), whole);
        Assert.Equal(whole[5..9], NumberedVideo.Numbers(decoder.Decode(path, [5, 6, 7, 8], 32, 128, default)));
    }

    [FfmpegFact]
    public void Decode_OtherSize_Scales()
    {
        var path = NumberedVideo.Write(_folder, "a.mp4", 20);
        var block = new FfmpegDecoder().Decode(path, NumberedVideo.Range(7, 13), 16, 64, default);
        Assert.Equal((13, 16, 64), (block.Count, block.Height, block.Width));
        Assert.Equal(Enumerable.Range(7, 13), NumberedVideo.Numbers(block));
    }

    [FfmpegFact]
    public void Probe_CutOff_SaysHowMuchIsLeft()
    {
        var path = NumberedVideo.Write(_folder, "a.mp4", 60, "-movflags", "faststart");
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 2 / 3)]);
        var error = Assert.Throws<DataException>(() => new FfmpegDecoder().Probe(path, default));
        Assert.Matches("ends after [0-9]+ of its 60 frames", error.Problem);
    }

    [FfmpegFact]
    public void Probe_NoIndex_RepeatsFfmpegsWords()
    {
        var path = NumberedVideo.Write(_folder, "a.mp4", 60);                 // its index stands at the end
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..200]);
        var error = Assert.Throws<DataException>(() => new FfmpegDecoder().Probe(path, default));
        Assert.Equal(path, error.File);
        Assert.Contains("moov atom not found", error.Problem, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Probe_Playlist_IsRefused()
    {
        var video = NumberedVideo.Write(_folder, "a.mp4", 5);
        var path = Path.Combine(_folder, "list.mp4");
        File.WriteAllText(path, $"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{video}\n#EXT-X-ENDLIST\n");
        Assert.Throws<DataException>(() => new FfmpegDecoder().Probe(path, default));
    }

    [FfmpegFact]
    public void Probe_HugePicture_IsRefused()
    {
        var path = NumberedVideo.Write(_folder, "a.mp4", 5);
        var error = Assert.Throws<DataException>(() => new FfmpegDecoder { MaxPixels = 1000 }.Probe(path, default));
        Assert.Contains("1 to 1000 pixels", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Probe_NoFile_IsADataException() =>
        Assert.Contains("no such video file", Assert.Throws<DataException>(() => new FfmpegDecoder().Probe("/no/such.mp4", default)).Message, StringComparison.Ordinal);

    [Fact]
    public void Probe_NoProgram_SaysWhatToInstall()
    {
        var decoder = new FfmpegDecoder { Ffprobe = "no-such-ffprobe" };
        var error = Assert.Throws<DataException>(() => decoder.Probe(Video(), default));
        Assert.Equal(("no-such-ffprobe", "apt-get install ffmpeg"), (error.File, error.Hint));
    }

    [Fact]
    public void Decode_FewerFramesThanAnnounced_SaysHowMany()
    {
        var decoder = Scripted("head -c 588 /dev/zero; echo '[h264 @ 0x5581] Invalid data' >&2");   // 49 frames of 2 x 2 pixels
        var error = Assert.Throws<DataException>(() => decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, default));
        Assert.Equal("only 49 of the 50 frames from 0 to 49 can be decoded; the file announces 50: [h264] Invalid data", error.Problem);
    }

    [Theory]
    [InlineData(48, true)]
    [InlineData(47, false)]
    public void Decode_FewFramesLessWithoutComplaint_AreTolerated(int frames, bool tolerated)
    {
        var decoder = Scripted($"head -c {frames * 12} /dev/zero");
        if (tolerated) Assert.Equal(48, decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, default).Count);
        else Assert.Throws<DataException>(() => decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, default));
    }

    [Fact]
    public void Decode_FailedProgram_GivesItsLastWords()
    {
        var decoder = Scripted("echo first >&2; echo last >&2; exit 69");
        Assert.Contains("code 69: first; last", Assert.Throws<DataException>(() => decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, default)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_Hanging_IsStoppedAtTheLimit()
    {
        var decoder = Scripted("sleep 60 & wait", TimeSpan.FromSeconds(0.5));
        var since = Stopwatch.StartNew();
        var error = Assert.Throws<DataException>(() => decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, default));
        Assert.Contains("needed more than 0.5 s", error.Problem, StringComparison.Ordinal);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Decode_ProgramThatDoesNotEvenTellItsVersion_IsADataException()
    {
        var decoder = new FfmpegDecoder { Ffprobe = Scripted("").Ffprobe, Ffmpeg = Script("hangs", "sleep 60 & wait"), TimeLimit = TimeSpan.FromSeconds(2) };
        Assert.Contains("needed more than 2 s", Assert.Throws<DataException>(() => decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, default)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_Cancelled_KillsTheProgram()
    {
        var decoder = Scripted("sleep 60 & wait");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        var since = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, stop.Token));
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Probe_Cancelled_EndsAtOnceAndIsForgotten()
    {
        var slow = Path.Combine(_folder, "slow");
        var answer = Scripted("").Ffprobe;
        var decoder = new FfmpegDecoder { Ffprobe = Script("hangs", $"[ -e '{slow}' ] || exec '{answer}'\nsleep 60 & wait") };
        File.WriteAllText(slow, "");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        var since = Stopwatch.StartNew();
        Assert.ThrowsAny<OperationCanceledException>(() => decoder.Probe(Video(), stop.Token));
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(10), $"{since.Elapsed}");
        File.Delete(slow);
        Assert.Equal(50, decoder.Probe(Video(), default).FrameCount);
    }

    [Fact]
    public void Decode_CancelledWhileTheVersionIsAsked_EndsAtOnceAndIsForgotten()
    {
        var slow = Path.Combine(_folder, "slow");
        var sound = Scripted("head -c 600 /dev/zero");
        var decoder = new FfmpegDecoder { Ffprobe = sound.Ffprobe, Ffmpeg = Script("hangs", $"[ -e '{slow}' ] || exec '{sound.Ffmpeg}' \"$@\"\nsleep 60 & wait") };
        File.WriteAllText(slow, "");
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        Assert.ThrowsAny<OperationCanceledException>(() => decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, stop.Token));
        File.Delete(slow);
        Assert.Equal(50, decoder.Decode(Video(), NumberedVideo.Range(0, 50), 2, 2, default).Count);
    }

    [Fact]
    public void Probe_NonsenseOfTheProgram_IsADataException()
    {
        foreach (var nonsense in new[] { "", "[]", """{"streams":[{}]}""", """{"packets":[{"pts_time":"0"}],"streams":[{"avg_frame_rate":"x/y"}],"format":{}}""" })
        {
            var decoder = new FfmpegDecoder { Ffprobe = Script("talks", $"echo '{nonsense}'") };
            Assert.Throws<DataException>(() => decoder.Probe(Video(), default));
        }
    }

    private string Video()
    {
        var path = Path.Combine(_folder, "video.mp4");
        File.WriteAllText(path, "");
        return path;
    }

    // Programs that answer as ffprobe does for 50 frames at 10 a second, and as the script says for ffmpeg.
    private FfmpegDecoder Scripted(string script, TimeSpan? limit = null)
    {
        var packets = string.Join(",", Enumerable.Range(0, 50).Select(i => $$"""{"pts_time":"{{i / 10}}.{{i % 10}}","flags":"K_"}"""));
        const string Stream = """{"width":4,"height":4,"avg_frame_rate":"10/1"}""";
        var json = $$$"""{"packets":[{{{packets}}}],"streams":[{{{Stream}}}],"format":{"format_name":"mov,mp4"}}""";
        return new FfmpegDecoder
        {
            Ffprobe = Script("ffprobe", $"echo '{json}'"),
            Ffmpeg = Script("ffmpeg", $"[ \"$1\" = -version ] && echo 'ffmpeg version 5.1.9' && exit\n{script}"),
            TimeLimit = limit ?? TimeSpan.FromSeconds(30),
        };
    }

    // Written by a process of its own: a program that another test starts at this moment would inherit our handle of the file for an instant,
    // and a file that somebody has open for writing cannot be run («Text file busy»).
    private string Script(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat > \"$0\" && chmod +x \"$0\"", path]) { RedirectStandardInput = true })!;
        writer.StandardInput.Write("#!/bin/sh\n" + text + "\n");
        writer.StandardInput.Close();
        writer.WaitForExit();
        return path;
    }
}
