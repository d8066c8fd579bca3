using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Video;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary>Shows what <c>bench data</c> measured.</summary>
internal static class BenchText
{
    /// <summary>A table of decoders and datasets.</summary>
    public static void Print(Session session, ClipConfig clip, IReadOnlyList<DataBenchRow> rows)
    {
        var table = new TextTable("dataset", "decoder", "clips", "clips/s", "CPU ms p50", "p95", "first look", "vs ffmpeg", "failed") { LeftAligned = [1] };
        foreach (var row in rows)
        {
            table.Add(
                row.Dataset, Name(row.Decoder), $"{row.Clips}", $"{row.ClipsPerSecond:0.0}", $"{row.CpuMedian:0.0}", $"{row.Cpu95:0.0}",
                $"{row.FirstLookMedian:0.0}", double.IsFinite(row.FfmpegRatioMedian) ? $"{row.FfmpegRatioMedian:0.0}x" : "-", $"{row.Failed}");
        }
        session.Out.Write(table);
        session.Out.WriteLine($"Clips of {clip.Frames} frames, stride {clip.Stride}, {clip.Size} x {clip.Size}, by one thread without a cache; every decoder loads the same ones in turn.");
        session.Out.WriteLine("CPU time is that of this process, its decode workers and the programs it ran; the first look at a file is taken once in a run.");
        session.Out.WriteLine("vs ffmpeg: how many times this decoder's median CPU time the ffmpeg program took, over the clips that all decoders loaded.");
    }

    /// <summary>A line about the run's steps.</summary>
    public static void Print(Session session, RunConfig run, StepTimes times) => session.Out.WriteLine(
        $"waits {100 * times.WaitShare:0.0} % of a step ({times.Steps} steps, {run.Data.EffectiveWorkers} workers, decoder {Name(run.Data.Decoder)}); a step takes {1000 * times.MedianSeconds:0.0} ms");

    /// <summary>The same as an object; without <paramref name="times"/>, 0 steps.</summary>
    public static Dictionary<string, object?> ToJson(ClipConfig clip, IReadOnlyList<DataBenchRow> rows, StepTimes? times) => new()
    {
        ["schema_version"] = 1,
        ["frames"] = clip.Frames,
        ["stride"] = clip.Stride,
        ["size"] = clip.Size,
        ["results"] = rows.Select(row => new Dictionary<string, object?>
        {
            ["dataset"] = row.Dataset,
            ["decoder"] = Name(row.Decoder),
            ["clips"] = row.Clips,
            ["failed"] = row.Failed,
            ["clips_per_s"] = Number(row.ClipsPerSecond),
            ["cpu_ms_per_clip_p50"] = Number(row.CpuMedian),
            ["cpu_ms_per_clip_mean"] = Number(row.CpuMean),
            ["cpu_ms_per_clip_p95"] = Number(row.Cpu95),
            ["cpu_ms_first_look_p50"] = Number(row.FirstLookMedian),
            ["ffmpeg_ratio_p50"] = Number(row.FfmpegRatioMedian),
            ["ffmpeg_ratio_mean"] = Number(row.FfmpegRatioMean),
        }),
        ["steps"] = times?.Steps ?? 0,
        ["wait_share"] = times?.WaitShare,
        ["step_ms_median"] = 1000 * times?.MedianSeconds,
    };

    /// <summary>A decoder as the run file calls it.</summary>
    public static string Name(DecoderKind kind) => kind switch
    {
        DecoderKind.Isolated => "isolated",
        DecoderKind.Inproc => "inproc",
        DecoderKind.Ffmpeg => "ffmpeg",
    };

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}
