using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Ops;
using CoFinetune.Models.Vivit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A model small enough for a test, with one head for clips (dataset 0) and one for boxes (dataset 1).</summary>
internal static class TinyModel
{
    public const int Frames = 4;
    public const int Side = 16;
    public const int ClipClasses = 5;
    public const int BoxClasses = 3;

    public static VivitConfig Trunk { get; } = new() { Width = 24, Depth = 3, Heads = 3, Mlp = 48, Tubelet = [2, 8, 8] };

    public static IReadOnlyList<DatasetHead> Heads { get; } =
        [new("kinetics", new LinearHeadConfig(), ClipClasses), new("ava", new RoiHeadConfig { OutputSize = 3 }, BoxClasses)];

    public static CoFinetuneModel Create(VivitConfig? trunk = null, IReadOnlyList<DatasetHead>? heads = null, ulong seed = 7) =>
        new(trunk ?? Trunk, Frames, Side, Side, heads ?? Heads, seed);

    /// <summary>The model with heads that do not start at zero, so that logits and gradients say something.</summary>
    public static CoFinetuneModel CreateTrained()
    {
        var model = Create();
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (var parameter in model.DescribeParameters().Where(p => p.Head is not null)) parameter.Parameter.copy_(randn(parameter.Parameter.shape));
        return model;
    }

    public static Tensor Clips(int count, int frames = Frames, int height = Side, int width = Side)
    {
        manual_seed(11);
        return rand([count, frames, height, width, 3]).mul(2).sub(1);
    }

    /// <summary>One box in the first clip, none in the second, two in the third, and so on in turn.</summary>
    public static RoiBoxes Boxes(int clips)
    {
        int[] counts = [.. Enumerable.Range(0, clips).Select(clip => (clip % 3) switch { 0 => 1, 1 => 0, _ => 2 })];
        return new RoiBoxes([.. Enumerable.Range(0, counts.Sum()).SelectMany(box => new[] { 0.1f * box, 0.05f, 0.4f + 0.1f * box, 0.9f })], counts);
    }
}
