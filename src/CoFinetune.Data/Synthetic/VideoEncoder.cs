using System.Diagnostics;
using System.Globalization;
using CoFinetune.Data.Video.Programs;

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
        var run = ProgramRun.Feed("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", .. arguments], folder, write);
        if (run.Output is not null || run.ExitCode != 0)
            throw new DataException("ffmpeg", 0, $"failed with exit code {run.ExitCode}: {string.Join("; ", run.Errors)}", "it must be built with libx264", run.Output);
    }
}
