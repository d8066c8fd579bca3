using CoFinetune.Config;

namespace CoFinetune.Models.Import;

/// <summary>The <c>init:</c> block: weights to start from, and how they become this model's. A path alone stands for <c>from</c>.</summary>
[ScalarForm(nameof(From))]
public sealed record InitConfig
{
    /// <summary>A run, a checkpoint, a weight file of ours or of another program, or a folder with <c>config.json</c>.</summary>
    public required string From { get; init; }

    /// <summary>What stands before each name in the file (<c>model.</c>, <c>params/</c>); null finds it.</summary>
    public string? Prefix { get; init; }

    /// <summary>The dataset whose head starts from the file's; null: heads of the same name in our own files, none from others.</summary>
    public string? Head { get; init; }

    /// <summary>How the kernel of an image model becomes that of tubelets.</summary>
    public TubeletStart Tubelet { get; init; } = TubeletStart.CentralFrame;

    /// <summary>What the attention over time of <c>factorised_self_attention</c> starts as, from an image model.</summary>
    public TemporalStart Temporal { get; init; } = TemporalStart.Zero;

    /// <summary>Slices, rows and columns that the file's positions stand for, where their number does not tell.</summary>
    [InRange(1, 65536)]
    public IReadOnlyList<int>? Grid { get; init; }

    /// <summary>Parameters that may start fresh because the file lacks them; <c>*</c> stands for anything.</summary>
    public IReadOnlyList<string> AllowMissing { get; init; } = [];

    /// <summary>Tensors of the file that may be left out; <c>*</c> stands for anything.</summary>
    public IReadOnlyList<string> AllowUnused { get; init; } = [];
}
