// B clips, T frames
using CoFinetune.Models.Layers;
using static TorchSharp.torch;

namespace CoFinetune.Models;

/// <summary>The part of a model that all datasets share: clips in, a grid of tokens out.</summary>
public abstract class Trunk : nn.Module
{
    /// <summary>A trunk; <paramref name="name"/> is its kind.</summary>
    protected Trunk(string name)
        : base(name)
    {
    }

    /// <summary>Length D of a token.</summary>
    public abstract int Width { get; }

    /// <summary>The entry of our weight files' metadata that holds <see cref="Heads"/>.</summary>
    internal const string HeadsMetadataKey = "cofinetune.heads";

    /// <summary>Attention heads.</summary>
    internal abstract int Heads { get; }

    /// <summary>How clips become tokens.</summary>
    internal abstract TubeletShape Tubelets { get; }

    /// <summary>The token grid that the trunk was built for, whose positions it learns.</summary>
    internal abstract GridSize LearnedGrid { get; }

    /// <summary>How other grids get their positions.</summary>
    internal abstract PositionRule PositionRule { get; }

    /// <summary>Stochastic depth rate of the last block where a forward pass names none.</summary>
    public abstract double DropPath { get; }

    /// <summary>Runs the trunk.</summary>
    /// <param name="clips">float <c>[B, T, H, W, 3]</c> in [-1, 1]; frame count and size may differ from those the trunk was built for.</param>
    /// <param name="dropPath">Stochastic depth rate of each clip, for training; null takes <see cref="DropPath"/>.</param>
    /// <exception cref="ArgumentException">The clips cannot be cut into tubelets.</exception>
    public abstract TokenGrid forward(Tensor clips, IReadOnlyList<double>? dropPath = null);

    /// <summary>
    /// Every token that the trunk ends with, class tokens first, to compare with other implementations: <c>tokens</c>, and what else the
    /// kind of trunk has.
    /// </summary>
    /// <param name="clips">As in <see cref="forward"/>.</param>
    public abstract IReadOnlyDictionary<string, Tensor> Sequences(Tensor clips);

    /// <summary>Size and cost of each part for clips of this size.</summary>
    public abstract IReadOnlyList<ModelPart> Describe(int frames, int height, int width);
}
