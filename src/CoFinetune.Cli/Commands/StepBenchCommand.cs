using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;
using CoFinetune.Training;
using CoFinetune.Training.Benchmarks;

namespace CoFinetune.Cli.Commands;

/// <summary><c>bench step</c>: what a training step costs, and how much of the hardware's best that is.</summary>
internal static class StepBenchCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var size = new Option<TransformerSize>("--size") { HelpName = "Ti|S|B|L|H", Description = "Size of the trunk", DefaultValueFactory = _ => TransformerSize.S };
        var frames = Number("--frames", "Frames of a clip", 16);
        var image = Number("--image", "Side of a frame", 112);
        var tubelet = Number("--tubelet", "Frames of a tubelet of 16 x 16 pixels", 2);
        var batch = Number("--batch", "Clips of a step", 4);
        var micro = new Option<int?>("--micro-batch") { HelpName = "N", Description = "Clips of one forward and backward pass; all by default" };
        var classes = Number("--classes", "Classes of the head", 400);
        var dtype = new Option<Precision>("--dtype") { HelpName = "fp32|bf16", Description = "Numbers of the matrix products", DefaultValueFactory = _ => Precision.Fp32 };
        var recompute = new Option<int>("--recompute") { HelpName = "N", Description = "Keep every N-th block's activation only; 0 keeps all" };
        var device = new Option<DeviceKind>("--device") { HelpName = "auto|cpu|cuda", Description = "Where to run", DefaultValueFactory = _ => DeviceKind.Auto };
        var threads = new Option<int?>("--threads") { HelpName = "N", Description = "Threads on the CPU; one per core by default" };
        var steps = Number("--steps", "Steps to measure", 20);
        var warmup = new Option<int>("--warmup") { HelpName = "N", Description = "Steps before, in which the .NET runtime still compiles", DefaultValueFactory = _ => 10 };
        var compare = new Option<bool>("--compare-threads") { Description = "Measure with 1, 2, 4, ... threads up to all" };
        var command = new Command("step", "Time, speed and memory of a whole training step")
        {
            size, frames, image, tubelet, batch, micro, classes, dtype, recompute, device, threads, steps, warmup, compare,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(image) % 16 != 0) result.AddError("--image is a multiple of 16");
            if (result.GetValue(tubelet) is > 0 and var length && result.GetValue(frames) % length != 0) result.AddError("--frames is a multiple of --tubelet");
        });
        command.SetAction(parsed =>
        {
            var options = new StepBenchOptions
            {
                Size = parsed.GetValue(size),
                Frames = parsed.GetValue(frames),
                Image = parsed.GetValue(image),
                Tubelet = parsed.GetValue(tubelet),
                Batch = parsed.GetValue(batch),
                MicroBatch = parsed.GetValue(micro),
                Classes = parsed.GetValue(classes),
                Precision = parsed.GetValue(dtype),
                Recompute = parsed.GetValue(recompute),
                Device = parsed.GetValue(device),
                Threads = parsed.GetValue(threads),
                Steps = parsed.GetValue(steps),
                Warmup = parsed.GetValue(warmup),
            };
            return Bench(session(parsed), options, parsed.GetValue(compare) ? ThreadCounts() : [options.Threads]);
        });
        return command;
    }

    private static int Bench(Session session, StepBenchOptions options, IReadOnlyList<int?> threads)
    {
        var stop = session.Stop.Begin("stopping");
        var progress = new ProgressLine(session);
        try
        {
            var results = new List<StepBenchResult>();
            foreach (var count in threads)
            {
                results.Add(StepBench.Run(
                    options with { Threads = count }, (done, total) => progress.Show(done, total, () => $"step {done}/{total}"), session.Time, stop));
                progress.Clear();
            }
            if (session.Json) session.Out.WriteLine(JsonSerializer.Serialize(ToJson(options, results)));
            else foreach (var result in results) Print(session, options, result);
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return session.Stop.ExitCode;
        }
    }

    private static void Print(Session session, StepBenchOptions options, StepBenchResult result)
    {
        session.Out.WriteLine($"ViViT-{options.Size}, {result.Parameters:N0} parameters, {options.Batch} clips of {options.Frames} x {options.Image} x {options.Image} "
            + $"({result.Tokens} tokens, {result.MultiplyAdds / 1e9:0.##} GMACs each), {Name(options.Precision)}{(result.Products == options.Precision ? "" : $" multiplied as {Name(result.Products)}")}, {Where(result)}");
        session.Out.WriteLine($"step     {result.Median * 1e3:0.0} ms median, {result.Best * 1e3:0.0} ms best, {options.Batch / result.Median:0.00} clips/s");
        session.Out.WriteLine("parts    " + string.Join(", ", result.Phases.Select(phase => $"{phase.Key.ToString().ToLowerInvariant()} {phase.Value * 1e3:0.0} ms")));
        session.Out.WriteLine($"speed    {result.GigaOperations / result.Median:0} GFLOP/s of {result.Peak:0} in the best matrix product: {result.ShareOfPeak:P0} (best step {result.BestShareOfPeak:P0})");
        if (result.PeakMemory is { } bytes) session.Out.WriteLine($"memory   {ByteText.Of(bytes)} at most, the program included{(result.DeviceMemory is { } device ? $"; {ByteText.Of(device)} on the GPU" : "")}");
    }

    private static Dictionary<string, object?> ToJson(StepBenchOptions options, List<StepBenchResult> results)
    {
        var json = new Dictionary<string, object?> { ["schema_version"] = 1 };
        foreach (var (key, value) in Fields(options, results[^1])) json[key] = value;
        if (results.Count > 1) json["by_threads"] = results.Select(result => Fields(options, result));
        return json;
    }

    private static Dictionary<string, object?> Fields(StepBenchOptions options, StepBenchResult result) => new()
    {
        ["program"] = "cofinetune",
        ["device"] = result.Device,
        ["threads"] = result.Threads,
        ["size"] = options.Size.ToString(),
        ["frames"] = options.Frames,
        ["image"] = options.Image,
        ["tokens"] = result.Tokens,
        ["batch"] = options.Batch,
        ["dtype"] = Name(options.Precision),
        ["products"] = Name(result.Products),
        ["parameters"] = result.Parameters,
        ["gmacs_per_clip"] = result.MultiplyAdds / 1e9,
        ["step_ms_best"] = result.Best * 1e3,
        ["step_ms_median"] = result.Median * 1e3,
        ["data_ms"] = result.Phases[StepPhase.Data] * 1e3,
        ["forward_ms"] = result.Phases[StepPhase.Forward] * 1e3,
        ["backward_ms"] = result.Phases[StepPhase.Backward] * 1e3,
        ["optimizer_ms"] = result.Phases[StepPhase.Optimizer] * 1e3,
        ["clips_per_s"] = options.Batch / result.Median,
        ["gflops"] = result.GigaOperations / result.Median,
        ["matmul_peak_gflops"] = result.Peak,
        ["share_of_peak"] = result.ShareOfPeak,
        ["share_of_peak_best"] = result.BestShareOfPeak,
        ["peak_memory_mb"] = result.PeakMemory / 1e6,
        ["peak_device_memory_mb"] = result.DeviceMemory / 1e6,
        ["loss"] = result.Loss,
    };

    private static IReadOnlyList<int?> ThreadCounts()
    {
        var counts = new List<int?>();
        for (var count = 1; count < Environment.ProcessorCount; count *= 2) counts.Add(count);
        return [.. counts, Environment.ProcessorCount];
    }

    private static string Where(StepBenchResult result) => result.Device == "cpu" ? $"CPU, {result.Threads} threads" : result.Device;

    private static string Name(Precision precision) => precision.ToString().ToLowerInvariant();

    private static Option<int> Number(string name, string description, int standard) =>
        new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => standard }.AtLeast(1);
}
