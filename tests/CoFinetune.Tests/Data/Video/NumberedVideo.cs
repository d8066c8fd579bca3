using System.Buffers.Binary;
using System.Diagnostics;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Programs;

namespace CoFinetune.Tests.Data.Video;

/// <summary>Videos whose frames carry their own number: eight squares in a row, white for each set bit.</summary>
internal static class NumberedVideo
{
    public const int Width = 128;
    public const int Height = 32;

    private const int Square = 16;

    /// <summary>This machine's option for constant and variable rates.</summary>
    public static string FrameRateOption => Option.Value;

    private static readonly Lazy<string> Option = new(() =>
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-version"]) { RedirectStandardOutput = true })!;
        return FfmpegDecoder.FrameRateOption(process.StandardOutput.ReadToEnd());
    });

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

    /// <summary>Has a mp4 file that ffmpeg wrote displayed turned clockwise; ffmpeg's own options for that differ from version to version.</summary>
    public static string Turn(string path, string name, int degrees)
    {
        var bytes = File.ReadAllBytes(path);
        var matrix = bytes.AsSpan(bytes.AsSpan().IndexOf("tkhd\0"u8) + 44);         // rows (a, b, u) and (c, d, v) of 16.16
        var (cosine, sine) = degrees switch { 90 => (0, 1), 180 => (-1, 0), _ => (0, -1) };
        BinaryPrimitives.WriteInt32BigEndian(matrix, cosine << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[4..], sine << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[12..], -sine << 16);
        BinaryPrimitives.WriteInt32BigEndian(matrix[16..], cosine << 16);
        var result = Path.Combine(Path.GetDirectoryName(path)!, name);
        File.WriteAllBytes(result, bytes);
        return result;
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
