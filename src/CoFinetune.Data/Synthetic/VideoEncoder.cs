using System.Diagnostics;
using System.Globalization;

namespace CoFinetune.Data.Synthetic;

/// <summary>Writes H.264 files with the <c>ffmpeg</c> program.</summary>
internal static class VideoEncoder
{
    /// <summary>Draws and writes <paramref name="videos"/>, all of one length, below <paramref name="folder"/>.</summary>
    /// <remarks>
    /// One process writes them all, because starting one costs more than encoding a clip: it sees a single stream, which its segment muxer
    /// cuts at the key picture forced where the next video begins.
    /// </remarks>
    /// <exception cref="DataException">ffmpeg is missing or failed.</exception>
    public static void Write(string folder, IReadOnlyList<WorldVideo> videos, int size, CancellationToken cancel)
    {
        var frames = videos[0].Frames;
        Debug.Assert(videos.All(video => video.Frames == frames), "one length");
        var scratch = Directory.CreateDirectory(Path.Combine(folder, $".segments-{videos[0].Key:x16}")).FullName;
        var cuts = string.Join(',', Enumerable.Range(1, Math.Max(1, videos.Count - 1)).Select(i => i * frames));
        Run(
            scratch,
            [
                "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{size}x{size}", "-r", $"{WorldVideo.FrameRate}", "-i", "pipe:0",
                "-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-bf", "0",
                "-g", $"{WorldVideo.FrameRate}", "-sc_threshold", "0", "-force_key_frames", $"expr:not(mod(n,{frames}))",
                "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
                "-f", "segment", "-segment_format", "mp4", "-segment_frames", cuts, "-reset_timestamps", "1", "%d.mp4",
            ],
            input =>
            {
                var canvas = new Canvas(size);
                foreach (var video in videos)
                {
                    cancel.ThrowIfCancellationRequested();
                    for (var frame = 0; frame < frames; frame++)
                    {
                        video.Draw(canvas, frame);
                        input.Write(canvas.Pixels);
                    }
                }
            });
        for (var i = 0; i < videos.Count; i++)
        {
            var path = Path.Combine(folder, videos[i].Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(Path.Combine(scratch, i.ToString(CultureInfo.InvariantCulture) + ".mp4"), path);
        }
        Directory.Delete(scratch);
    }

    private static void Run(string folder, string[] arguments, Action<Stream> write)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        Exception? broken = null;
        try
        {
            using var input = process.StandardInput.BaseStream;
            write(input);
        }
        catch (IOException cause)
        {
            broken = cause;                                    // ffmpeg went away; its own words say why
        }
        catch
        {
            process.Kill();
            throw;
        }
        finally
        {
            process.WaitForExit();
        }
        if (broken is not null || process.ExitCode != 0)
            throw new DataException("ffmpeg", 0, $"failed with exit code {process.ExitCode}: {errors.Result.Trim()}", "it must be built with libx264", broken);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception cause)
        {
            throw new DataException("ffmpeg", 0, "no such program", "install ffmpeg: it writes the videos of a synthetic world", cause);
        }
    }
}
