using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Decoders;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>bench data</c>: how many clips a second the videos give, before a run finds out.</summary>
internal static class BenchCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var config = new Argument<string?>("config") { HelpName = "CONFIG", Description = "A run file: its datasets, as it trains on them", Arity = ArgumentArity.ZeroOrOne };
        var overrides = OverrideArgument.Create();
        var list = new Option<string?>("--list") { HelpName = "FILE", Description = "In place of a run file: lines 'path label'" };
        var root = new Option<string?>("--root") { HelpName = "DIR", Description = "Folder of the listed videos; the list's own by default" };
        var decoders = new Option<string[]>("--decoder") { HelpName = "isolated|inproc|ffmpeg", Description = "Only this decoder; may be given again" };
        decoders.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "isolated", "inproc", "ffmpeg");
        var frames = AtLeastOne(new Option<int?>("--frames") { HelpName = "N", Description = "Frames of a clip (16, or the run's)" });
        var stride = AtLeastOne(new Option<int?>("--stride") { HelpName = "N", Description = "Source frames from one to the next (4, or the run's)" });
        var size = AtLeastOne(new Option<int?>("--size") { HelpName = "N", Description = "Side of a clip (224, or the run's)" });
        var seconds = new Option<double>("--seconds") { HelpName = "N", Description = "How long to measure each dataset", DefaultValueFactory = _ => 20 };
        var data = new Command("data", "Clips per second and CPU time per clip, by decoder and dataset") { config, overrides, list, root, decoders, frames, stride, size, seconds };
        data.Validators.Add(result =>
        {
            if (result.GetValue(config) is null == result.GetValue(list) is null) result.AddError("name a run file or a --list, one of the two");
            if (result.GetValue(root) is not null && result.GetValue(list) is null) result.AddError("--root belongs to --list");
        });
        data.SetAction(parsed =>
        {
            var run = parsed.GetValue(config) is { } path ? RunFile.Load(path, parsed.GetRequiredValue(overrides)).Value : null;
            var clip = new ClipConfig
            {
                Frames = parsed.GetValue(frames) ?? run?.Clip.Frames ?? 16,
                Stride = parsed.GetValue(stride) ?? run?.Clip.Stride ?? 4,
                Size = parsed.GetValue(size) ?? run?.Clip.Size ?? 224,
            };
            var sources = run is null ? [Listed(parsed.GetRequiredValue(list)!, parsed.GetValue(root))] : Datasets(run);
            var kinds = parsed.GetValue(decoders) is { Length: > 0 } named ? named.Select(name => Enum.Parse<DecoderKind>(name, ignoreCase: true)).Distinct() : Enum.GetValues<DecoderKind>();
            return Bench(session(parsed), sources, clip, [.. kinds], run?.Loader ?? new(), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
        });
        return new Command("bench", "Measure this machine") { data };
    }

    private static int Bench(Session session, IReadOnlyList<ClipSource> sources, ClipConfig clip, IReadOnlyList<DecoderKind> kinds, LoaderConfig loader, TimeSpan duration)
    {
        var decoders = new List<(DecoderKind Kind, IVideoDecoder Decoder)>();
        var stop = session.Stop.Begin("stopping");
        try
        {
            foreach (var kind in kinds)
            {
                var decoder = VideoDecoders.Create(kind, TimeSpan.FromSeconds(loader.TimeoutSeconds), out var note);
                if (note is not null) session.Say($"{Name(kind)}: {note}");
                decoders.Add((kind, decoder));
            }
            var progress = new ProgressLine(session);
            var bench = new DataBench(clip, duration, session.Time);
            var rows = new List<DataBenchRow>();
            foreach (var source in sources)
            {
                rows.AddRange(bench.Run(source, decoders, done => progress.Show((long)(1000 * done), 1001, () => $"measuring {source.Name}  {done:P0}"), stop));
                progress.Clear();
            }
            if (session.Json) session.Out.WriteLine(JsonSerializer.Serialize(ToJson(clip, rows)));
            else Print(session, clip, rows);
            return rows.All(row => row.Clips == 0) ? ExitCodes.Data : ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return session.Stop.ExitCode;
        }
        finally
        {
            foreach (var (_, decoder) in decoders) (decoder as IDisposable)?.Dispose();
        }
    }

    private static IReadOnlyList<ClipSource> Datasets(RunConfig run) =>
        [.. run.Datasets.Select(pair => new ClipSource(pair.Key, pair.Value.Data.Open(DataSplit.Train, run.DataRoot), pair.Value.Data))];

    // Without jitter, so that decoding is measured and not resizing.
    private static ClipSource Listed(string list, string? root)
    {
        var file = Path.GetFullPath(list);
        var config = new KineticsConfig { Train = file, Val = file, Videos = Path.GetFullPath(root ?? Path.GetDirectoryName(file)!), Jitter = [1, 1], Flip = 0 };
        return new(Path.GetFileName(list), config.Open(DataSplit.Train, "."), config);
    }

    private static void Print(Session session, ClipConfig clip, IReadOnlyList<DataBenchRow> rows)
    {
        var table = new TextTable("dataset", "decoder", "clips", "clips/s", "CPU ms p50", "p95", "first look", "failed") { LeftAligned = [1] };
        foreach (var row in rows)
        {
            table.Add(
                row.Dataset, Name(row.Decoder), $"{row.Clips}", $"{row.ClipsPerSecond:0.0}", $"{row.CpuMedian:0.0}", $"{row.Cpu95:0.0}",
                $"{row.FirstLookMedian:0.0}", $"{row.Failed}");
        }
        session.Out.Write(table);
        session.Out.WriteLine($"Clips of {clip.Frames} frames, stride {clip.Stride}, {clip.Size} x {clip.Size}, by one thread without a cache; every decoder loads the same ones in turn.");
        session.Out.WriteLine("CPU time is that of this process, its decode workers and the programs it ran; the first look at a file is taken once in a run.");
    }

    private static Dictionary<string, object?> ToJson(ClipConfig clip, IReadOnlyList<DataBenchRow> rows) => new()
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
            ["cpu_ms_per_clip_p95"] = Number(row.Cpu95),
            ["cpu_ms_first_look_p50"] = Number(row.FirstLookMedian),
        }),
    };

    private static double? Number(double value) => double.IsFinite(value) ? value : null;

    private static string Name(DecoderKind kind) => kind switch
    {
        DecoderKind.Isolated => "isolated",
        DecoderKind.Inproc => "inproc",
        DecoderKind.Ffmpeg => "ffmpeg",
    };

    private static Option<int?> AtLeastOne(Option<int?> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var n) && n < 1) result.AddError($"{option.Name} is at least 1");
        });
        return option;
    }
}
