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

/// <summary><c>bench data</c>: how many clips a second the videos give, and whether a run would wait for them, before it finds out.</summary>
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
        var frames = new Option<int?>("--frames") { HelpName = "N", Description = "Frames of a clip (16, or the run's)" }.AtLeast(1);
        var stride = new Option<int?>("--stride") { HelpName = "N", Description = "Source frames from one to the next (4, or the run's)" }.AtLeast(1);
        var size = new Option<int?>("--size") { HelpName = "N", Description = "Side of a clip (224, or the run's)" }.AtLeast(1);
        var seconds = new Option<double>("--seconds") { HelpName = "N", Description = "How long to measure each dataset", DefaultValueFactory = _ => 20 };
        var steps = new Option<int?>("--steps") { HelpName = "N", Description = "Steps of the run to measure for waiting, 0 for none (up to 20 in --seconds)" }.AtLeast(0);
        var data = new Command("data", "Clips per second and CPU time per clip, by decoder and dataset") { config, overrides, list, root, decoders, frames, stride, size, seconds, steps };
        data.Validators.Add(result =>
        {
            if (result.GetValue(config) is null == result.GetValue(list) is null) result.AddError("name a run file or a --list, one of the two");
            if (result.GetValue(root) is not null && result.GetValue(list) is null) result.AddError("--root belongs to --list");
            if (result.GetValue(steps) > 0 && result.GetValue(config) is null) result.AddError("--steps are those of a run file");
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
            return Bench(session(parsed), run, sources, clip, [.. kinds], TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(steps));
        });
        return new Command("bench", "Measure this machine") { data, StepBenchCommand.Create(session), OptimizerBenchCommand.Create(session), EvalBenchCommand.Create(session) };
    }

    private static int Bench(
        Session session, RunConfig? run, IReadOnlyList<ClipSource> sources, ClipConfig clip, IReadOnlyList<DecoderKind> kinds, TimeSpan duration, int? steps)
    {
        var stop = session.Stop.Begin("stopping");
        try
        {
            var rows = Decode(session, run?.Data ?? new(), sources, clip, kinds, duration, stop);
            if (!session.Json) BenchText.Print(session, clip, rows);
            var times = run is null || steps == 0 ? null : new WaitBench(session, duration).Run(run, steps, stop);
            if (session.Json) session.Out.WriteLine(JsonSerializer.Serialize(BenchText.ToJson(clip, rows, times)));
            else if (times is not null) BenchText.Print(session, run!, times);
            return rows.All(row => row.Clips == 0) ? ExitCodes.Data : ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return session.Stop.ExitCode;
        }
    }

    private static List<DataBenchRow> Decode(
        Session session, LoaderConfig loader, IReadOnlyList<ClipSource> sources, ClipConfig clip, IReadOnlyList<DecoderKind> kinds, TimeSpan duration, CancellationToken stop)
    {
        var decoders = new List<(DecoderKind Kind, IVideoDecoder Decoder)>();
        try
        {
            foreach (var kind in kinds)
            {
                try
                {
                    var decoder = VideoDecoders.Create(kind, TimeSpan.FromSeconds(loader.TimeoutSeconds), out var note);
                    if (note is not null) session.Say($"{BenchText.Name(kind)}: {note}");
                    decoders.Add((kind, decoder));
                }
                catch (DataException missing) when (kinds.Count > 1)
                {
                    session.Say($"{BenchText.Name(kind)} is left out: {missing.Problem}");
                }
            }
            var progress = new ProgressLine(session);
            var bench = new DataBench(clip, duration, session.Time);
            var rows = new List<DataBenchRow>();
            foreach (var source in sources)
            {
                rows.AddRange(bench.Run(source, decoders, done => progress.Show((long)(1000 * done), 1001, () => $"measuring {source.Name}  {done:P0}"), stop));
                progress.Clear();
            }
            return rows;
        }
        finally
        {
            foreach (var (_, decoder) in decoders) (decoder as IDisposable)?.Dispose();
        }
    }

    private static IReadOnlyList<ClipSource> Datasets(RunConfig run) =>
        [.. run.Datasets.Select(pair => new ClipSource(pair.Key, RunDataset.Open(pair.Value.Data, DataSplit.Train, run.DataRoot), pair.Value.Data))];

    // Without jitter, so that decoding is measured and not resizing.
    private static ClipSource Listed(string list, string? root)
    {
        var file = Path.GetFullPath(list);
        var config = new KineticsConfig { Train = file, Val = file, Videos = Path.GetFullPath(root ?? Path.GetDirectoryName(file)!), Jitter = [1, 1], Flip = 0 };
        return new(Path.GetFileName(list), config.Open(DataSplit.Train, "."), config);
    }
}
