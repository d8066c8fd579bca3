using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Import;
using CoFinetune.Models.Layers;
using CoFinetune.Training.Optim;
using CoFinetune.Training.Schedules;

namespace CoFinetune.Training;

/// <summary>One run: the whole experiment, as a YAML file states it.</summary>
public sealed record RunConfig : IChecked
{
    /// <summary>Key of every random draw of the run.</summary>
    [InRange(0, int.MaxValue)]
    public int Seed { get; init; }

    /// <summary>Folder that relative data paths are taken from.</summary>
    public string DataRoot { get; init; } = ".";

    /// <summary>Weights to start from; null starts from random weights.</summary>
    public InitConfig? Init { get; init; }

    /// <summary>What a clip is.</summary>
    public required ClipConfig Clip { get; init; }

    /// <summary>The shared part of the model.</summary>
    public required TrunkConfig Trunk { get; init; }

    /// <summary>The datasets trained on at the same time, by name.</summary>
    public required IReadOnlyDictionary<string, DatasetBlock> Datasets { get; init; }

    /// <summary>Which datasets a step trains on.</summary>
    public required MixtureConfig Mixture { get; init; }

    /// <summary>How gradients become updates.</summary>
    public required OptimizerConfig Optimizer { get; init; }

    /// <summary>A moving average of the weights; null keeps none.</summary>
    public EmaConfig? Ema { get; init; }

    /// <summary>The learning rate over the steps.</summary>
    public ScheduleConfig Schedule { get; init; } = new ConstantConfig();

    /// <summary>Optimizer steps of the run; 0 where <see cref="Epochs"/> says how long it is, until <see cref="RunLength"/> has counted them.</summary>
    [InRange(0, int.MaxValue)]
    public long Steps { get; init; }

    /// <summary>The length of the run in epochs of a dataset, in place of <see cref="Steps"/>.</summary>
    public EpochsConfig? Epochs { get; init; }

    /// <summary>Arithmetic of the forward and backward pass.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>Whether a GPU may round the factors of float32 products to TF32, several times as fast; JAX and so Scenic do. Nothing on the CPU.</summary>
    public bool Tf32 { get; init; } = true;

    /// <summary>Whether only deterministic operations are used, so that a run gives the same bits again on the same GPU; slower. On the CPU it does anyway.</summary>
    public bool Deterministic { get; init; }

    /// <summary>Most clips of one forward and backward pass; larger steps take several, with the gradients of one. Null takes a step at once.</summary>
    [InRange(1, 65536)]
    public int? MicroBatch { get; init; }

    /// <summary>Activations that backward computes once more.</summary>
    public RecomputeConfig Recompute { get; init; } = new() { Mode = RecomputeMode.None };

    /// <summary>Where the model runs.</summary>
    public DeviceKind Device { get; init; } = DeviceKind.Auto;

    /// <summary>Threads of the arithmetic on the CPU; null takes one per core.</summary>
    [InRange(1, 1024)]
    public int? Threads { get; init; }

    /// <summary>Steps from one row of <c>metrics.jsonl</c> to the next.</summary>
    [InRange(1, 1000000)]
    public int LogEvery { get; init; } = 10;

    /// <summary>Whether the figures of <c>metrics.jsonl</c> are also written as event files of TensorBoard.</summary>
    public bool Tensorboard { get; init; } = true;

    /// <summary>When the datasets' gradients are compared; null never does.</summary>
    public GradientsConfig? Gradients { get; init; }

    /// <summary>When the model is scored.</summary>
    public EvaluateConfig Evaluate { get; init; } = new();

    /// <summary>When the run is saved.</summary>
    public CheckpointConfig Checkpoint { get; init; } = new();

    /// <summary>What happens when a loss or gradient is not finite.</summary>
    public NonFiniteConfig NonFinite { get; init; } = new();

    /// <summary>How clips are loaded.</summary>
    public LoaderConfig Data { get; init; } = new();

    /// <summary>What the mixture knows of the datasets.</summary>
    internal IReadOnlyList<MixtureDataset> MixtureDatasets =>
        [.. Datasets.Select(pair => new MixtureDataset(pair.Key, pair.Value.Share, pair.Value.Batch))];

    /// <summary>The figures that an evaluation takes: <c>ava.map</c>.</summary>
    internal IReadOnlyList<string> MetricNames => [.. Datasets.SelectMany(pair => pair.Value.Metrics.Select(metric => $"{pair.Key}.{metric}"))];

    /// <summary>Which datasets each step trains on.</summary>
    /// <exception cref="InvalidOperationException"><see cref="RunLength"/> has not counted the steps.</exception>
    public IMixture BuildMixture() => Steps > 0
        ? Mixture.Build(MixtureDatasets, Steps, (ulong)Seed)
        : throw new InvalidOperationException("the steps of the run are not counted yet");

    /// <inheritdoc/>
    public void Check(ConfigCheck check)
    {
        check.That(Datasets.Count > 0, nameof(Datasets), "a run needs at least one dataset");
        check.That(Steps > 0 || Epochs is not null, nameof(Steps), "the run says neither steps nor epochs", "steps: 100000, or epochs: { count: 30, of: DATASET }");
        check.That(Steps == 0 || Epochs is null, nameof(Epochs), "the run says both steps and epochs", "leave one of them out; steps: 0 takes back those of a base file");
        Epochs?.Check(check, MixtureDatasets);
        Mixture.Check(check, MixtureDatasets, Steps > 0 ? Steps : null);
        var misfit = Trunk.Misfit(Clip.Frames, Clip.Size, Clip.Size);
        check.That(misfit is null, nameof(Trunk), misfit ?? "");
        if (Datasets.Values.Any(block => block.Data is { Task: ClipTask.ActionDetection, Fit: FrameFit.Crop }))
        {
            var whole = Trunk.Misfit(Clip.Frames, Clip.Size, Clip.Size + 16);
            check.That(whole is null, nameof(Trunk), $"detection is tested on whole frames, whose long side is a multiple of 16, and {whole}", "fit: stretch, or tubelet sides of 8 or 16");
        }
        foreach (var (name, block) in Datasets)
            if (block.Data.Misfit(Clip.Size) is var (key, problem)) check.That(false, $"datasets.{name}.data.{key}", problem, "it must be at least clip.size");
        check.That(!Datasets.ContainsKey(OwnedParameter.Trunk), nameof(Datasets), $"no dataset can be called '{OwnedParameter.Trunk}'");
        var bytes = 3L * Clip.Frames * Clip.Size * Clip.Size * Math.Max(Mixture.LargestStep(MixtureDatasets), Evaluate.Batch);
        check.That(bytes <= int.MaxValue / 4, nameof(Clip), $"the clips of a batch would take {bytes >> 20} MiB", "lower mixture.batch, evaluate.batch, clip.frames or clip.size");
        check.That(Init?.Head is null || Datasets.ContainsKey(Init.Head), "init.head", $"no dataset is called '{Init?.Head}'", $"one of {string.Join(", ", Datasets.Keys)}");
        if (Checkpoint.Best is { } best)
        {
            check.That(MetricNames.Contains(best), "checkpoint.best", $"no metric is called '{best}'", $"one of {string.Join(", ", MetricNames)}");
        }
    }
}
