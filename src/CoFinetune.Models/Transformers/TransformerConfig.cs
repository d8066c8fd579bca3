using CoFinetune.Config;
using CoFinetune.Models.Layers;

namespace CoFinetune.Models.Transformers;

/// <summary>
/// What every trunk of tubelets and transformer blocks has. Sizes come from <c>size</c>, or one by one; what is given one by one wins.
/// </summary>
public abstract record TransformerConfig : TrunkConfig, IChecked
{
    /// <summary>Stands for width, depth, heads and mlp.</summary>
    public TransformerSize? Size { get; init; }

    /// <summary>Length of a token.</summary>
    [InRange(1, 65536)]
    public int? Width { get; init; }

    /// <summary>Number of blocks.</summary>
    [InRange(1, 1024)]
    public int? Depth { get; init; }

    /// <summary>Attention heads; the width is a multiple.</summary>
    [InRange(1, 1024)]
    public int? Heads { get; init; }

    /// <summary>Hidden width of a block's MLP; four times the width where neither this nor the size says.</summary>
    [InRange(1, 262144)]
    public int? Mlp { get; init; }

    /// <summary>Frames, rows and columns of a tubelet.</summary>
    [InRange(1, 256)]
    public IReadOnlyList<int> Tubelet { get; init; } = [2, 16, 16];

    /// <summary>Dropout after the position embedding and in each block.</summary>
    [InRange(0, 1, Below = true)]
    public double Dropout { get; init; }

    /// <summary>Dropout of attention weights.</summary>
    [InRange(0, 1, Below = true)]
    public double AttentionDropout { get; init; }

    /// <summary>Stochastic depth: chance that the last block's branches drop; earlier ones less, the first never.</summary>
    [InRange(0, 1)]
    public double DropPath { get; init; }

    /// <summary>Added to the variance in every norm of the blocks.</summary>
    [InRange(0, 1)]
    public double NormEps { get; init; } = 1e-6;

    /// <inheritdoc/>
    public virtual void Check(ConfigCheck check)
    {
        check.That(Tubelet.Count == 3, nameof(Tubelet), $"a tubelet has 3 sides, not {Tubelet.Count}", "frames, rows, columns: [2, 16, 16]");
        const string Hint = "give 'size: B', or width, depth and heads";
        check.That((Width ?? Preset?.Width) is not null, nameof(Width), "the width of the trunk is not known", Hint);
        check.That((Depth ?? Preset?.Depth) is not null, nameof(Depth), "the depth of the trunk is not known", Hint);
        check.That(HeadCount is not null, nameof(Heads), "the number of heads is not known", Width is null ? Hint : "trunk.heads=12, say: neither names nor shapes of weights tell it");
        if ((Width ?? Preset?.Width) is { } width && HeadCount is { } heads)
            check.That(width % heads == 0, nameof(Heads), $"width {width} is no multiple of {heads} heads");
    }

    /// <inheritdoc/>
    public override string? Misfit(int frames, int height, int width) => Embedding.Misfit(frames, height, width);

    /// <inheritdoc/>
    public override IReadOnlyList<int> GridOf(int frames, int height, int width) =>
        [.. Embedding.GridOf(frames, height, width).Sides];

    /// <inheritdoc/>
    public override Trunk Build(int frames, int height, int width, ParameterFactory parameters)
    {
        if (Misfit(frames, height, width) is { } reason) throw new ArgumentException(reason);
        return Build(Embedding.GridOf(frames, height, width), parameters);
    }

    /// <summary>Width, depth, heads and MLP width, worked out.</summary>
    public (int Width, int Depth, int Heads, int Mlp) Sizes => (Block.Width, BlockCount, Block.Heads, Block.Hidden);

    /// <summary>The heads where they are known.</summary>
    internal int? HeadCount => Heads ?? Preset?.Heads;

    /// <summary>How clips become tokens.</summary>
    internal TubeletShape Embedding => new(new(Tubelet[0], Tubelet[1], Tubelet[2]), Block.Width);

    /// <summary>A block with every size worked out, before what the kind of trunk adds.</summary>
    internal BlockShape Block
    {
        get
        {
            var width = Width ?? Preset?.Width ?? throw new InvalidOperationException("a trunk without width");
            var heads = HeadCount ?? throw new InvalidOperationException("a trunk without heads");
            var mlp = Mlp ?? (Width is null ? Preset?.Mlp : null) ?? 4 * width;
            return new BlockShape(width, heads, mlp) { Dropout = Dropout, AttentionDropout = AttentionDropout, NormEps = NormEps };
        }
    }

    /// <summary>The number of blocks.</summary>
    internal int BlockCount => Depth ?? Preset?.Depth ?? throw new InvalidOperationException("a trunk without depth");

    /// <summary>Builds the trunk for clips that are cut into this grid.</summary>
    private protected abstract Trunk Build(GridSize grid, ParameterFactory parameters);

    private (int Width, int Depth, int Heads, int Mlp)? Preset => Size switch
    {
        TransformerSize.Ti => (192, 12, 3, 768),
        TransformerSize.S => (384, 12, 6, 1536),
        TransformerSize.B => (768, 12, 12, 3072),
        TransformerSize.L => (1024, 24, 16, 4096),
        TransformerSize.H => (1280, 32, 16, 5120),
        _ => null,
    };
}
