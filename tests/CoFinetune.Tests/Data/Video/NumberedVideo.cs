using System.Diagnostics;
using CoFinetune.Data.Video;

namespace CoFinetune.Tests.Data.Video;

/// <summary>Videos whose frames carry their own number: eight squares in a row, white for each set bit.</summary>
internal static class NumberedVideo
{
    public const int Width = 128;
    public const int Height = 32;

    private const int Square = 16;

    /// <summary>Writes frames 0 to <paramref name="frames"/> - 1 at 10 a second, with B-frames and few keyframes.</summary>
    public static string Write(string folder, string name, int frames, params string[] options)
    {
        var path = Path.Combine(folder, name);
        var start = new ProcessStartInfo(
            "ffmpeg",
            ["-v", "error", "-f", "rawvideo", "-pix_fmt", "gray", "-s", $"{Width}x{Height}", "-r", "10", "-i", "pipe:0",
             "-c:v", "mpeg4", "-q:v", "2", "-bf", "2", "-g", "25", .. options, "-y", "file:" + path])
        { RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        var picture = new byte[Width * Height];
        for (var frame = 0; frame < frames; frame++)
        {
            for (var i = 0; i < picture.Length; i++) picture[i] = (byte)((frame >> (i % Width / Square) & 1) == 0 ? 16 : 235);
            process.StandardInput.BaseStream.Write(picture);
        }
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0 ? path : throw new InvalidOperationException("ffmpeg cannot write " + name);
    }

    /// <summary>Runs ffmpeg on a written video.</summary>
    public static string Convert(string path, string name, params string[] options)
    {
        var result = Path.Combine(Path.GetDirectoryName(path)!, name);
        Run(["-i", "file:" + path, .. options, "-y", "file:" + result]);
        return result;
    }

    /// <summary>Runs ffmpeg.</summary>
    public static void Run(params string[] arguments)
    {
        using var process = Process.Start("ffmpeg", ["-v", "error", .. arguments]);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("ffmpeg cannot do: " + string.Join(' ', arguments));
    }

    /// <summary>Consecutive indices.</summary>
    public static int[] Range(int start, int count) => [.. Enumerable.Range(start, count)];

    /// <summary>The numbers that the frames of a block carry.</summary>
    public static int[] Numbers(FrameBlock block)
    {
        var square = block.Width / 8;
        return [.. Enumerable.Range(0, block.Count).Select(frame => Enumerable.Range(0, 8).Sum(bit =>
        {
            var at = ((frame * block.Height + block.Height / 2) * block.Width + bit * square + square / 2) * 3;
            return block.Pixels[at] > 127 ? 1 << bit : 0;
        }))];
    }
}
