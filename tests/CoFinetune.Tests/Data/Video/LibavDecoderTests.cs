using CoFinetune.Data;
using CoFinetune.Data.Video.Native;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

public sealed class LibavDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LibavFact]
    public void SelfCheck_OfThisMachinesLibraries_FindsNothing() => Assert.Null(LibavSelfCheck.Problem(LibavLibraries.Newest));

    [LibavTheory]
    [InlineData("a.mp4")]
    [InlineData("fragmented.mp4", "-movflags", "frag_keyframe+empty_moov", "-g", "7")]
    [InlineData("a.mkv")]
    [InlineData("h264.mkv", "-c:v", "libx264", "-g", "20")]
    [InlineData("open.mp4", "-c:v", "libx264", "-x264-params", "open-gop=1:keyint=12:bframes=3")]
    [InlineData("b-pyramid.mp4", "-c:v", "libx264", "-x264-params", "bframes=5:b-pyramid=normal:keyint=250")]
    [InlineData("refresh.mp4", "-c:v", "libx264", "-x264-params", "intra-refresh=1:keyint=16", "-bf", "0", "-pix_fmt", "yuv420p")]
    [InlineData("vp9.webm", "-c:v", "libvpx-vp9", "-g", "20", "-b:v", "1M")]
    [InlineData("vp8.webm", "-c:v", "libvpx", "-auto-alt-ref", "1", "-lag-in-frames", "16", "-b:v", "1M")]
    [InlineData("hevc.mp4", "-c:v", "libx265", "-x265-params", "log-level=0:open-gop=1:keyint=12")]
    [InlineData("a.avi")]
    [InlineData("h264.avi", "-c:v", "libx264")]
    [InlineData("a.ts")]
    [InlineData("h264.ts", "-c:v", "libx264")]
    [InlineData("-a:b 50%d'.mp4")]
    public void Decode_RandomAccess_GivesTheFramesAsked(string name, params string[] options)
    {
        var path = NumberedVideo.Write(_folder.Path, name, 60, options);
        var decoder = new LibavDecoder();
        var info = decoder.Probe(path, default);
        Assert.Equal((NumberedVideo.Width, NumberedVideo.Height, 60), (info.Width, info.Height, info.FrameCount));
        Assert.Equal(10, info.FrameRate, 0.01);
        int[][] asked = [[.. Enumerable.Range(0, 60)], [0], [1, 2], [24, 25, 26], [37, 39, 41, 58], [2, 6, 10, 14, 18, 22, 26, 30], [0, 59], [59]];
        foreach (var frames in asked) Assert.Equal(frames, NumberedVideo.Numbers(decoder.Decode(path, frames, 32, 128, default)));
    }

    [LibavTheory]
    [InlineData("a.mp4", 128, 32)]
    [InlineData("a.mp4", 96, 40)]
    [InlineData("a.avi", 96, 40)]
    [InlineData("odd.mp4", 92, 36, "-vf", "scale=92:36", "-c:v", "libx264", "-pix_fmt", "yuv420p")]
    [InlineData("odd.webm", 90, 30, "-vf", "scale=90:30", "-c:v", "libvpx-vp9")]
    [InlineData("narrow.mp4", 100, 32, "-vf", "negate,scale=100:32")]               // the last block of columns is not a whole one
    [InlineData("narrow.mp4", 102, 32, "-vf", "negate,scale=102:32")]
    [InlineData("narrow.mp4", 340, 32, "-vf", "negate,scale=340:32")]
    [InlineData("narrow.mp4", 97, 41, "-vf", "negate,scale=102:32")]
    [InlineData("narrow-ten.mp4", 100, 32, "-vf", "negate,scale=100:32", "-c:v", "libx265", "-x265-params", "log-level=0", "-pix_fmt", "yuv420p10le")]
    [InlineData("full-range.mp4", 96, 40, "-c:v", "libx264", "-pix_fmt", "yuvj420p")]
    [InlineData("bt709.mp4", 96, 40, "-c:v", "libx264", "-colorspace", "bt709", "-color_range", "tv")]
    [InlineData("ten-bit.mp4", 128, 32, "-c:v", "libx265", "-x265-params", "log-level=0", "-pix_fmt", "yuv420p10le")]
    public void Decode_Pixels_AreThoseOfTheFfmpegProgram(string name, int width, int height, params string[] options)
    {
        var path = NumberedVideo.Write(_folder.Path, name, 20, options);
        int[] frames = [0, 3, 4, 11, 19];
        var expected = new FfmpegDecoder().Decode(path, frames, height, width, default);
        var actual = new LibavDecoder().Decode(path, frames, height, width, default);
        Assert.Equal(5, expected.Count);
        Assert.Equal(expected.Pixels.AsSpan(0, 5 * height * width * 3), actual.Pixels.AsSpan(0, 5 * height * width * 3));
    }

    [LibavTheory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void Decode_Rotated_TurnsAsTheFfmpegProgramDoes(int degrees)
    {
        var path = NumberedVideo.Turn(NumberedVideo.Write(_folder.Path, "all.mp4", 20), "turned.mp4", degrees);
        var (libav, program) = (new LibavDecoder(), new FfmpegDecoder());
        var info = libav.Probe(path, default);
        Assert.Equal(program.Probe(path, default), info);
        Assert.Equal(degrees == 180 ? (128, 32) : (32, 128), (info.Width, info.Height));
        int[] frames = [5, 7];
        var (expected, actual) = (program.Decode(path, frames, info.Height, info.Width, default), libav.Decode(path, frames, info.Height, info.Width, default));
        for (var i = 0; i < 2 * info.Height * info.Width * 3; i++) Assert.InRange(actual.Pixels[i] - expected.Pixels[i], -4, 4);
    }

    [LibavFact]
    public void Decode_VariableRate_GivesTheFramesAsked()
    {
        var numbered = NumberedVideo.Write(_folder.Path, "all.mp4", 60);
        var path = NumberedVideo.Convert(numbered, "some.mp4", "-vf", "select='lt(n,10)+gt(n,40)*not(mod(n,4))'", NumberedVideo.FrameRateOption, "vfr", "-c:v", "mpeg4", "-q:v", "2");
        int[] kept = [.. Enumerable.Range(0, 10), 44, 48, 52, 56];
        var decoder = new LibavDecoder();
        Assert.Equal(new FfmpegDecoder().Probe(path, default), decoder.Probe(path, default));
        Assert.Equal(kept, NumberedVideo.Numbers(decoder.Decode(path, NumberedVideo.Range(0, kept.Length), 32, 128, default)));
        for (var frame = 0; frame < kept.Length; frame += 3) Assert.Equal([kept[frame]], NumberedVideo.Numbers(decoder.Decode(path, [frame], 32, 128, default)));
    }

    [LibavFact]
    public void Decode_CutWithoutReencoding_CountsOnlyFramesThatAreShown()
    {
        var path = NumberedVideo.Convert(NumberedVideo.Write(_folder.Path, "all.mp4", 60), "cut.mp4", "-c", "copy", "-ss", "1.0");
        var (decoder, program) = (new LibavDecoder(), new FfmpegDecoder());
        var all = NumberedVideo.Range(0, program.Probe(path, default).FrameCount);
        var whole = NumberedVideo.Numbers(decoder.Decode(path, all, 32, 128, default));
        Assert.Equal(NumberedVideo.Numbers(program.Decode(path, all, 32, 128, default)), whole);
        Assert.Equal(whole[5..9], NumberedVideo.Numbers(decoder.Decode(path, [5, 6, 7, 8], 32, 128, default)));
    }

    [LibavFact]
    public void Probe_CutOff_SaysHowMuchIsLeft()
    {
        var path = NumberedVideo.Write(_folder.Path, "a.mp4", 60, "-movflags", "faststart");
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length * 2 / 3)]);
        Assert.Matches("ends after [0-9]+ of its 60 frames", Assert.Throws<DataException>(() => new LibavDecoder().Probe(path, default)).Problem);
    }

    [LibavFact]
    public void Probe_NoIndex_RepeatsFfmpegsWords()
    {
        var path = NumberedVideo.Write(_folder.Path, "a.mp4", 60);                 // its index stands at the end
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..200]);
        var error = Assert.Throws<DataException>(() => new LibavDecoder().Probe(path, default));
        Assert.Equal(path, error.File);
        Assert.Contains("moov atom not found", error.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("0x", error.Problem, StringComparison.Ordinal);
    }

    [LibavFact]
    public void Decode_DamagedFrames_IsADataException()
    {
        var path = NumberedVideo.Write(_folder.Path, "a.mp4", 60, "-c:v", "libx264", "-g", "60", "-movflags", "faststart");
        var bytes = File.ReadAllBytes(path);
        for (var i = bytes.Length / 4; i < bytes.Length - 10; i++) bytes[i] = 0;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<DataException>(() => new LibavDecoder().Decode(path, NumberedVideo.Range(0, 60), 32, 128, default));
    }

    [LibavFact]
    public void Probe_Playlist_IsRefused()
    {
        var video = NumberedVideo.Write(_folder.Path, "a.mp4", 5);
        var list = _folder.Write("list.mp4", $"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{video}\n#EXT-X-ENDLIST\n");
        Assert.Throws<DataException>(() => new LibavDecoder().Probe(list, default));
        var concat = _folder.Write("concat.mp4", $"ffconcat version 1.0\nfile '{video}'\n");
        Assert.Throws<DataException>(() => new LibavDecoder().Probe(concat, default));
    }

    [LibavFact]
    public void Probe_WhatIsNoFile_IsADataException()
    {
        var decoder = new LibavDecoder();
        Assert.Equal("no such video file", Assert.Throws<DataException>(() => decoder.Probe("/no/such.mp4", default)).Problem);
        Assert.Equal("holds no images", Assert.Throws<DataException>(() => decoder.Probe(_folder.Path, default)).Problem);
        Assert.Equal("is empty, or no regular file", Assert.Throws<DataException>(() => decoder.Probe(_folder.Write("empty.mp4", ""), default)).Problem);
        Assert.StartsWith("cannot be opened", Assert.Throws<DataException>(() => decoder.Probe(_folder.Write("text.mp4", "not a video"), default)).Problem, StringComparison.Ordinal);
    }

    [LibavFact]
    public void Decode_OverTheLimitOrCancelled_GivesUp()
    {
        var path = NumberedVideo.Write(_folder.Path, "a.mp4", 60);
        var late = Assert.Throws<DataException>(() => new LibavDecoder { TimeLimit = TimeSpan.FromSeconds(-1) }.Probe(path, default));
        Assert.Contains("needed more than", late.Problem, StringComparison.Ordinal);
        var decoder = new LibavDecoder();
        decoder.Probe(path, default);
        Assert.ThrowsAny<OperationCanceledException>(() => decoder.Decode(path, [50], 32, 128, new CancellationToken(canceled: true)));
    }

    [LibavFact]
    public void Decode_FramesOutOfOrder_IsAMistakeOfTheCaller()
    {
        var path = NumberedVideo.Write(_folder.Path, "a.mp4", 10);
        foreach (var frames in new int[][] { [], [-1], [10], [3, 3], [4, 3] })
            Assert.ThrowsAny<ArgumentException>(() => new LibavDecoder().Decode(path, frames, 32, 128, default));
    }
}
