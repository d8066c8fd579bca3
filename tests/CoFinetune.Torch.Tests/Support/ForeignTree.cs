using CoFinetune.Models;
using CoFinetune.Models.Import;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>Our parameters or gradients under another program's names and in its shapes.</summary>
internal static class ForeignTree
{
    /// <summary>Whatever our model has for the tensor <paramref name="theirs"/>.</summary>
    /// <param name="layout">Their names.</param>
    /// <param name="theirs">Their name.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="ours">A parameter or its gradient by our full name.</param>
    public static Tensor View(WeightLayout layout, string theirs, long[] shape, Func<string, Tensor> ours)
    {
        var digits = theirs.Split('.', '/', '_').Select(part => int.TryParse(part, out var n) ? n : -1).Where(n => n >= 0);
        foreach (var number in digits.Append(0).Distinct())
        {
            if (layout.Rules.Select(rule => rule.At(number)).FirstOrDefault(rule => rule.Theirs == theirs) is not { } found) continue;
            var values = ours(found.Ours.StartsWith("head.", StringComparison.Ordinal) ? $"heads.k.projection.{found.Ours[5..]}" : $"trunk.{found.Ours}");
            var rows = values.size(0) / 3;
            return found.Storage.FromOurs(found.Third is { } third ? values.narrow(0, third * rows, rows) : values, shape);
        }
        throw new ArgumentException($"{layout.Name} has no '{theirs}'");
    }

    /// <summary>The model of a file with its own head, which is called k; weights not filled yet.</summary>
    public static CoFinetuneModel Build(TrunkConfig trunk, int frames, int height, int width, int? classes) => new(
        trunk, frames, height, width,
        classes is { } count ? [new DatasetHead("k", new CoFinetune.Models.Heads.LinearHeadConfig(), count)] : [], seed: 1, filled: false);
}
