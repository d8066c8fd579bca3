using CoFinetune.Config;

namespace CoFinetune.Tests.Config;

/// <summary>A configuration with one of everything that a config record may hold.</summary>
public sealed record SampleRun : IChecked
{
    [InRange(0, int.MaxValue)]
    public int Seed { get; init; }

    public string DataRoot { get; init; } = ".";

    public string? Init { get; init; }

    public required SampleClip Clip { get; init; }

    public required IReadOnlyDictionary<string, SampleBlock> Datasets { get; init; }

    public SampleOptimizer Optimizer { get; init; } = new SampleAdam();

    [InRange(1)]
    public required long Steps { get; init; }

    public SamplePrecision Precision { get; init; } = SamplePrecision.Fp32;

    public SampleSize? Size { get; init; }

    [InRange(1, 1024)]
    public int? Threads { get; init; }

    public bool Shuffle { get; init; } = true;

    [InRange(1, 4)]
    public IReadOnlyList<double> Jitter { get; init; } = [1, 1.25];

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<int?> Gaps { get; init; } = [];

    public IReadOnlyList<IReadOnlyList<int>> Grid { get; init; } = [];

    public IReadOnlyList<SampleClip> Views { get; init; } = [];

    public string? Best { get; init; }

    public int Computed => Seed + 1;

    public void Check(ConfigCheck check)
    {
        check.That(Jitter.Count == 2, nameof(Jitter), $"jitter has 2 numbers, not {Jitter.Count}", "[1, 1.25]");
        check.That(Datasets.Count > 0, nameof(Datasets), "a run needs a dataset");
        check.That(Clip.Frames % Clip.Stride == 0, "clip.stride", "frames are no multiple of the stride");
        check.That(Best is null || Datasets.ContainsKey(Best), nameof(Best), $"no dataset is called '{Best}'");
    }
}

public sealed record SampleClip
{
    [InRange(1, 1024)]
    public required int Frames { get; init; }

    [InRange(1, 1024)]
    public int Stride { get; init; } = 1;
}

public sealed record SampleBlock : IChecked
{
    public required string Train { get; init; }

    [InRange(0)]
    public double Share { get; init; } = 1;

    [InRange(0, 1, Below = true)]
    public double LabelSmoothing { get; init; }

    [InRange(0, Above = true)]
    public double LrScale { get; init; } = 1;

    public void Check(ConfigCheck check) => check.That(Train != "none", nameof(Train), "'none' is no file");
}

public abstract record SampleOptimizer
{
    [InRange(0)]
    public double Lr { get; init; } = 1e-3;

    public abstract string Word { get; }
}

public sealed record SampleSgd : SampleOptimizer
{
    [InRange(0, 1)]
    public double Momentum { get; init; } = 0.9;

    public override string Word => "sgd";
}

public sealed record SampleAdam : SampleOptimizer
{
    [InRange(0, 1, Below = true)]
    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.999];

    public double WeightDecay { get; init; } = 0.05;

    public override string Word => "adam";
}

public enum SamplePrecision
{
    Fp32,
    Bf16,
    MixedHalf,
}

public enum SampleSize
{
    Ti,
    B,
}
