using CoFinetune.Models.Layers;

namespace CoFinetune.Models;

/// <summary>The <c>trunk:</c> block.</summary>
public abstract record TrunkConfig
{
    /// <summary>Why clips of this size cannot go through the trunk, in one sentence; null when they can.</summary>
    public abstract string? Misfit(int frames, int height, int width);

    /// <summary>Slices, rows and columns of the tokens of clips of this size.</summary>
    public abstract IReadOnlyList<int> GridOf(int frames, int height, int width);

    /// <summary>Builds the trunk with fresh weights for clips of this size.</summary>
    /// <exception cref="ArgumentException"><see cref="Misfit"/> says why.</exception>
    public abstract Trunk Build(int frames, int height, int width, ParameterFactory parameters);
}
