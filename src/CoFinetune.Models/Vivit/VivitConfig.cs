using CoFinetune.Config;
using CoFinetune.Models.Layers;

namespace CoFinetune.Models.Vivit;

/// <summary>
/// Trunk <c>vivit</c> (Arnab et al., 2103.15691) with the semantics of Google's Scenic. Sizes come from <c>size</c>, or one by one;
/// what is given one by one wins.
/// </summary>
public sealed record VivitConfig : TrunkConfig, IChecked
{
    /// <summary>Which tokens attend to which.</summary>
    public VivitAttention Attention { get; init; } = VivitAttention.Joint;

    /// <summary>Stands for width, depth, heads and mlp.</summary>
    public VivitSize? Size { get; init; }

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

    /// <summary>What stands for the whole clip.</summary>
    public TokenPool Pool { get; init; } = TokenPool.Token;

    /// <summary>Dropout after the position embedding and in each block.</summary>
    [InRange(0, 1, Below = true)]
    public double Dropout { get; init; }

    /// <summary>Dropout of attention weights.</summary>
    [InRange(0, 1, Below = true)]
    public double AttentionDropout { get; init; }

    /// <summary>Stochastic depth: chance that the last block's branches drop; earlier ones less, the first never.</summary>
    [InRange(0, 1)]
    public double DropPath { get; init; }

    /// <inheritdoc/>
    public void Check(ConfigCheck check)
    {
        check.That(Tubelet.Count == 3, nameof(Tubelet), $"a tubelet has 3 sides, not {Tubelet.Count}", "frames, rows, columns: [2, 16, 16]");
        const string Hint = "give 'size: B', or width, depth and heads";
        check.That((Width ?? Preset?.Width) is not null, nameof(Width), "the width of the trunk is not known", Hint);
        check.That((Depth ?? Preset?.Depth) is not null, nameof(Depth), "the depth of the trunk is not known", Hint);
        check.That((Heads ?? Preset?.Heads) is not null, nameof(Heads), "the number of heads is not known", Hint);
        if ((Width ?? Preset?.Width) is { } width && (Heads ?? Preset?.Heads) is { } heads)
            check.That(width % heads == 0, nameof(Heads), $"width {width} is no multiple of {heads} heads");
    }

    /// <inheritdoc/>
    public override string? Misfit(int frames, int height, int width) => Shape.Misfit(frames, height, width);

    /// <inheritdoc/>
    public override Trunk Build(int frames, int height, int width, ParameterFactory parameters)
    {
        if (Misfit(frames, height, width) is { } reason) throw new ArgumentException(reason);
        return new VivitTrunk(Shape, frames, height, width, parameters);
    }

    internal VivitShape Shape
    {
        get
        {
            var width = Width ?? Preset?.Width ?? throw new InvalidOperationException("a trunk without width");
            var depth = Depth ?? Preset?.Depth ?? throw new InvalidOperationException("a trunk without depth");
            var heads = Heads ?? Preset?.Heads ?? throw new InvalidOperationException("a trunk without heads");
            var mlp = Mlp ?? (Width is null ? Preset?.Mlp : null) ?? 4 * width;
            return new VivitShape(width, depth, heads, mlp, new(Tubelet[0], Tubelet[1], Tubelet[2]), Pool, Dropout, AttentionDropout, DropPath);
        }
    }

    private (int Width, int Depth, int Heads, int Mlp)? Preset => Size switch
    {
        VivitSize.Ti => (192, 12, 3, 768),
        VivitSize.S => (384, 12, 6, 1536),
        VivitSize.B => (768, 12, 12, 3072),
        VivitSize.L => (1024, 24, 16, 4096),
        VivitSize.H => (1280, 32, 16, 5120),
        _ => null,
    };
}
