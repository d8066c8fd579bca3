using System.Globalization;

namespace CoFinetune.Data.Video.Programs;

/// <summary>Writes a copy of a video with sheets laid over it: H.264 in mp4, every frame at its own time and size, without sound.</summary>
public sealed class OverlayEncoder
{
    private readonly FfmpegDecoder _decoder = new();
    private readonly string _source;
    private readonly double _folderRate;

    /// <summary>Opens a video.</summary>
    /// <param name="source">The file, or the folder of images.</param>
    /// <param name="folderRate">Frames per second of a folder.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DataException">It is no video, or ffmpeg is not installed.</exception>
    public OverlayEncoder(string source, double folderRate, CancellationToken stop)
    {
        (_source, _folderRate) = (source, folderRate);
        FrameTimes = _decoder.TimesOf(source, stop);
    }

    /// <summary>Time of each frame in seconds from the first one, where frames are not evenly spaced; null where they are.</summary>
    public IReadOnlyList<double>? FrameTimes { get; }

    /// <summary>Writes the copy; until it is whole it bears another name.</summary>
    /// <param name="output">The mp4 file.</param>
    /// <param name="width">Displayed width of the video.</param>
    /// <param name="height">Displayed height of the video.</param>
    /// <param name="start">When the first sheet appears, in seconds from the first frame; may lie before it.</param>
    /// <param name="duration">How long each sheet stays, in seconds.</param>
    /// <param name="sheets">The sheets one after the other, RGBA, <c>[height, width, 4]</c>, to beyond the last frame; one buffer may come again.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="IOException">The copy cannot be written; ffmpeg's words say why.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public void Write(string output, int width, int height, double start, double duration, IEnumerable<byte[]> sheets, CancellationToken stop)
    {
        output = Path.GetFullPath(output);
        var temporary = $"{output}.part";
        try
        {
            var run = ProgramRun.Feed(
                _decoder.Ffmpeg,
                [
                    "-hide_banner", "-nostdin", "-v", "error", "-y", .. _decoder.InputOf(_source, _folderRate, stop),
                    "-f", "rawvideo", "-pix_fmt", "rgba", "-s", $"{width}x{height}", "-framerate", Text(1 / duration), "-i", "pipe:0",
                    "-filter_complex",
                    $"[0:V:0]setpts=PTS-STARTPTS[video];[1:v]settb=AVTB,setpts=PTS+({Text(start)})/TB[sheets];[video][sheets]overlay=shortest=1:format=yuv420,"
                        + "pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[out]",
                    "-map", "[out]", .. _decoder.PassthroughOf(stop), "-enc_time_base", "1:90000", "-c:v", "libx264", "-preset", "veryfast", "-crf", "18",
                    "-video_track_timescale", "90000", "-movflags", "+faststart", "-f", "mp4", $"file:{temporary}",
                ],
                Path.GetDirectoryName(output)!,
                input =>
                {
                    foreach (var sheet in sheets)
                    {
                        stop.ThrowIfCancellationRequested();
                        input.Write(sheet, 0, width * height * 4);
                    }
                });
            stop.ThrowIfCancellationRequested();
            if (run.ExitCode != 0) throw new IOException($"{output}: the overlay cannot be written: ffmpeg failed with code {run.ExitCode}: {string.Join("; ", run.Errors)}", run.Output);
            File.Move(temporary, output, overwrite: true);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    private static string Text(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
