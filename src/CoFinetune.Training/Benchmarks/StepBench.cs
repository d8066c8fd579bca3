using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Video;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Native;
using CoFinetune.Models.Vivit;
using CoFinetune.Training.Optim;
using static TorchSharp.torch;

namespace CoFinetune.Training.Benchmarks;

/// <summary>Measures training steps as a run takes them, without its data.</summary>
public static class StepBench
{
    private const string Dataset = "clips";
    private const int StepsInParts = 5;

    /// <summary>Measures.</summary>
    /// <param name="options">The step.</param>
    /// <param name="progress">Told the steps done and their number.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends the measuring.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static StepBenchResult Run(StepBenchOptions options, Action<int, int> progress, TimeProvider time, CancellationToken stop)
    {
        var config = ConfigOf(options);
        var block = config.Datasets[Dataset];
        using var run = LoadedRun.Of(config, [new RunDataset(0, Dataset, block, null, new RandomClips(options.Classes))], null, time);
        var clock = new PhaseClock(time, run.Clips.Device);
        using var parameters = new FlatParameters(run.OwnedParameters());
        using var optimizer = config.Optimizer.Build(parameters);
        using var ema = new WeightEma(parameters, config.Ema!);
        // Between its parts the clock waits for the device: on a GPU they are measured in steps of their own.
        var parted = new TrainStep(run, parameters, optimizer, ema, clock);
        var whole = run.IsOnCpu ? parted : new TrainStep(run, parameters, optimizer, ema);
        using var batch = Batch(options);

        var peak = MatrixPeak.Measure(run.Clips.Device, options.Precision);
        var seconds = new List<double>();
        var phases = new List<IReadOnlyDictionary<StepPhase, TimeSpan>>();
        StepReport? last = null;
        for (var n = 0; n < options.Warmup + options.Steps; n++)
        {
            stop.ThrowIfCancellationRequested();
            progress(n, options.Warmup + options.Steps);
            clock.Start();
            last = whole.Run(batch, n, () => run.Clips.Begin(batch));
            clock.Stop();
            if (n < options.Warmup) continue;
            seconds.Add(clock.Elapsed.TotalSeconds);
            if (run.IsOnCpu) phases.Add(clock.Spent);
        }
        for (var n = 0; n < StepsInParts && !run.IsOnCpu; n++)
        {
            stop.ThrowIfCancellationRequested();
            clock.Start();
            parted.Run(batch, options.Warmup + options.Steps + n);
            phases.Add(clock.Spent);
        }
        peak = Math.Max(peak, MatrixPeak.Measure(run.Clips.Device, options.Precision));

        var macs = run.Model.DescribeParts(options.Frames, options.Image, options.Image).Sum(part => (double)part.MultiplyAdds);
        var grid = config.Trunk.GridOf(options.Frames, options.Image, options.Image);
        return new StepBenchResult
        {
            Device = run.Clips.Device.type.ToString().ToLowerInvariant(),
            Threads = Libtorch.Threads,
            Products = options.Precision.FactorsOn(run.Clips.Device.type) == ScalarType.BFloat16 ? Precision.Bf16 : Precision.Fp32,
            Tokens = grid.Aggregate(1L, (product, side) => product * side) + 1,
            Parameters = parameters.Ranges.Sum(range => range.ParameterCount),
            MultiplyAdds = macs,
            Seconds = seconds,
            Phases = Enum.GetValues<StepPhase>().ToDictionary(phase => phase, phase => StepBenchResult.MedianOf(phases.Select(spent => spent[phase].TotalSeconds))),
            GigaOperations = 6 * macs * options.Batch / 1e9,
            Peak = peak,
            PeakMemory = MemoryRecord.Peak(),
            DeviceMemory = last?.Memory.Device,
            Loss = last?.Loss ?? double.NaN,
        };
    }

    private static RunConfig ConfigOf(StepBenchOptions options) => new()
    {
        Clip = new ClipConfig { Frames = options.Frames, Stride = 1, Size = options.Image },
        Trunk = new VivitConfig { Size = options.Size, Tubelet = [options.Tubelet, 16, 16] },
        Datasets = new Dictionary<string, DatasetBlock>
        {
            [Dataset] = new() { Data = new KineticsConfig { Train = "none", Val = "none" }, Head = new LinearHeadConfig() },
        },
        Mixture = new MixedConfig { Batch = options.Batch },
        Optimizer = new AdamWConfig { Lr = 1e-4, WeightDecay = 0.05, ClipNorm = 1 },
        Ema = new EmaConfig { Decay = 0.999 },
        Steps = options.Warmup + options.Steps,
        Precision = options.Precision,
        MicroBatch = options.MicroBatch,
        Recompute = new RecomputeConfig { Mode = options.Recompute == 0 ? RecomputeMode.None : RecomputeMode.Blocks, Every = Math.Max(1, options.Recompute) },
        Device = options.Device,
        Threads = options.Threads,
        Data = new LoaderConfig { Decoder = DecoderKind.Ffmpeg },     // which starts nothing before the first video
    };

    private static ClipBatch Batch(StepBenchOptions options)
    {
        var random = new Random(0);
        var pixels = System.Buffers.ArrayPool<byte>.Shared.Rent(options.Batch * options.Frames * options.Image * options.Image * 3);
        random.NextBytes(pixels);
        var samples = Enumerable.Range(0, options.Batch).Select(n =>
        {
            var target = new ClassTarget(random.Next(options.Classes));
            return new ClipSample(0, n, new ClipItem { VideoPath = $"{n}", Name = $"{n}", Target = target }, target);
        });
        return new ClipBatch(pixels, options.Frames, options.Image, options.Image, [new(0, 0, options.Batch)], [.. samples]);
    }

    private sealed class RandomClips(int classes) : IClipDataset
    {
        public ClipTask Task => ClipTask.Classification;

        public LabelMap Labels { get; } = new([.. Enumerable.Range(0, classes).Select(n => (n, $"{n}"))]);

        public IReadOnlyList<ClipItem> Items => [];
    }
}
