using CoFinetune.Data;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Native;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

/// <summary>Folders of images through the decoders that run in this process or as the ffmpeg program.</summary>
public sealed class ImageDecodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LibavTheory]
    [InlineData("v", "img_%05d.jpg", 1, "-q:v", "2")]
    [InlineData("50% %d of 'a:b'", "50%% x_%06d.jpg", 0, "-q:v", "2")]
    [InlineData("v", "%d.png", 0)]
    [InlineData("v", "%d.png", 5, "-pix_fmt", "rgba")]
    [InlineData("v", "%04d.png", 1, "-pix_fmt", "gray")]
    [InlineData("v", "%04d.jpg", 1, "-pix_fmt", "yuvj444p")]
    [InlineData("v", "%04d.jpg", 1, "-pix_fmt", "gray")]
    public void Decode_RandomAccess_GivesTheFramesAsked(string name, string pattern, int first, params string[] options)
    {
        var path = ImageFolder.Write(_folder.Path, name, pattern, 20, first, options);
        int[][] asked = [[.. Enumerable.Range(0, 20)], [0], [3, 4, 5], [2, 6, 10, 14], [0, 19], [19]];
        foreach (var decoder in Both())
        {
            Assert.Equal(new VideoInfo(NumberedVideo.Width, NumberedVideo.Height, 30, 20), decoder.Probe(path, default));
            foreach (var frames in asked) Assert.Equal(frames, NumberedVideo.Numbers(decoder.Decode(path, frames, 32, 128, default)));
        }
        foreach (var (height, width) in new[] { (32, 128), (40, 96), (13, 57) }) AssertSame(path, [0, 3, 4, 11, 19], height, width);
    }

    [LibavTheory]
    [InlineData("yuvj420p", "jpg")]
    [InlineData("yuvj422p", "jpg")]
    [InlineData("rgb24", "png")]
    [InlineData("pal8", "png")]
    public void Decode_Colours_AreThoseOfTheFfmpegProgram(string format, string extension)
    {
        var path = Path.Combine(_folder.Path, "v");
        Directory.CreateDirectory(path);
        NumberedVideo.Run("-f", "lavfi", "-i", "testsrc2=s=340x256:r=25:d=0.2", "-pix_fmt", format, Path.Combine(path, $"%03d.{extension}"));
        AssertSame(path, [0, 1, 3], 224, 298);
        AssertSame(path, [0, 1, 3], 256, 340);
    }

    [LibavFact]
    public void Decode_ImagesOfOtherSizesAndKinds_AreScaledLikeTheFirst()
    {
        var path = ImageFolder.Write(_folder.Path, "v", "%03d.jpg", 20, 1, "-q:v", "2");
        NumberedVideo.Convert(Path.Combine(path, "005.jpg"), "wide.jpg", "-vf", "scale=256:64");
        File.Move(Path.Combine(path, "wide.jpg"), Path.Combine(path, "005.jpg"), overwrite: true);
        NumberedVideo.Convert(Path.Combine(path, "009.jpg"), "other.png");
        File.Move(Path.Combine(path, "other.png"), Path.Combine(path, "009.jpg"), overwrite: true);
        foreach (var decoder in Both())
        {
            foreach (var frames in new int[][] { [.. Enumerable.Range(0, 20)], [1, 3, 4, 5, 7], [4, 8], [3, 8, 9] })
                Assert.Equal(frames, NumberedVideo.Numbers(decoder.Decode(path, frames, 32, 128, default)));
        }
    }

    [LibavTheory]
    [InlineData("%03d.jpg")]
    [InlineData("%03d.png")]
    public void Decode_DamagedImage_IsNamedAndTheOthersAreSound(string pattern)
    {
        var path = ImageFolder.Write(_folder.Path, "v", pattern, 20, 1);
        var damaged = $"008{Path.GetExtension(pattern)}";
        var bytes = File.ReadAllBytes(Path.Combine(path, damaged));
        foreach (var share in new[] { 0.9, 0.6, 0.5 })
        {
            File.WriteAllBytes(Path.Combine(path, damaged), bytes[..(int)(bytes.Length * share)]);
            foreach (var decoder in Both())
            {
                var error = Assert.Throws<DataException>(() => decoder.Decode(path, NumberedVideo.Range(3, 10), 32, 128, default));
                Assert.Equal(path, error.File);
                Assert.StartsWith($"{damaged} is damaged or cut off", error.Problem, StringComparison.Ordinal);
                Assert.Equal([6, 8, 10], NumberedVideo.Numbers(decoder.Decode(path, [6, 8, 10], 32, 128, default)));
            }
        }
    }

    [LibavFact]
    public void Decode_WhatIsNoImage_IsNamed()
    {
        foreach (var (content, problem) in new (byte[]?, string)[]
        {
            (null, "no such image file"),
            ([], "is empty, or no regular file"),
            ("text, and enough of it to be read"u8.ToArray(), "is no JPEG or PNG image"),
            ([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, .. new byte[20]], "a picture of 65535 x 65535 is not of 1 to"),
        })
        {
            var path = ImageFolder.Write(_folder.Path, "v", "%03d.jpg", 5, 1);
            foreach (var decoder in Both())
            {
                decoder.Probe(path, default);
                File.Delete(Path.Combine(path, "003.jpg"));
                if (content is not null) File.WriteAllBytes(Path.Combine(path, "003.jpg"), content);
                Assert.StartsWith($"003.jpg {problem}", Assert.Throws<DataException>(() => decoder.Decode(path, [0, 2], 32, 128, default)).Problem, StringComparison.Ordinal);
                if (content is null) ImageFolder.Write(_folder.Path, "v", "%03d.jpg", 5, 1);
            }
        }
    }

    [LibavTheory]
    [InlineData("v", "%d.png", 0)]
    [InlineData("50% %d", "50%% x_%06d.jpg", 3)]
    public void Input_OfFfmpeg_FindsAllImagesAtOnce(string name, string pattern, int first)
    {
        var folder = FrameFolder.Open(ImageFolder.Write(_folder.Path, name, pattern, 12, first));
        var log = Path.Combine(_folder.Path, "all.raw");
        NumberedVideo.Run([.. ImageInput.From(folder, 1, 1), "-vf", ImageInput.Filter([1, 2, 11]).TrimEnd(','), NumberedVideo.FrameRateOption, "passthrough", "-pix_fmt", "rgb24", "-f", "rawvideo", log]);
        Assert.Equal([1, 2, 11], NumberedVideo.Numbers(new FrameBlock(File.ReadAllBytes(log), 3, NumberedVideo.Height, NumberedVideo.Width)));
    }

    [LibavFact]
    public void Probe_WhatIsNoFolderOfImages_SaysWhy()
    {
        _folder.Write("empty/notes.txt", "");
        _folder.Write("text/img_1.jpg", "text, and enough of it to be read");
        _folder.Write("named/cover.jpg", "");
        foreach (var decoder in Both())
        {
            Assert.Equal("holds no images", Problem(decoder, "empty"));
            Assert.Equal("img_1.jpg is no JPEG or PNG image", Problem(decoder, "text"));
            Assert.Equal("cover.jpg has no number at the end of its name", Problem(decoder, "named"));
        }

        string Problem(IVideoDecoder decoder, string name) =>
            Assert.Throws<DataException>(() => decoder.Probe(Path.Combine(_folder.Path, name), default)).Problem;
    }

    [LibavFact]
    public void Decode_OverTheLimitOrCancelled_GivesUp()
    {
        var path = ImageFolder.Write(_folder.Path, "v", "%03d.jpg", 5, 1);
        var late = Assert.Throws<DataException>(() => new LibavDecoder { TimeLimit = TimeSpan.FromSeconds(-1) }.Decode(path, [0, 2], 32, 128, default));
        Assert.Contains("needed more than", late.Problem, StringComparison.Ordinal);
        foreach (var decoder in Both())
            Assert.ThrowsAny<OperationCanceledException>(() => decoder.Decode(path, [0], 32, 128, new CancellationToken(canceled: true)));
    }

    private static void AssertSame(string path, int[] frames, int height, int width)
    {
        var (program, libav) = (new FfmpegDecoder().Decode(path, frames, height, width, default), new LibavDecoder().Decode(path, frames, height, width, default));
        Assert.Equal((frames.Length, frames.Length), (program.Count, libav.Count));
        var bytes = frames.Length * height * width * 3;
        Assert.Equal(program.Pixels.AsSpan(0, bytes), libav.Pixels.AsSpan(0, bytes));
    }

    private static IVideoDecoder[] Both() => [new LibavDecoder(), new FfmpegDecoder()];
}
