using static TorchSharp.torch;

namespace CoFinetune.Models.Import;

/// <summary>Our parameters under another program's names.</summary>
public static class WeightExport
{
    /// <summary>
    /// The tensors of Hugging Face's <c>VivitForVideoClassification</c>; without <paramref name="head"/>, of <c>VivitModel</c> inside it.
    /// New tensors or views; whoever asked disposes them.
    /// </summary>
    /// <param name="model">A joint model with a class token.</param>
    /// <param name="head">The dataset whose head becomes the classifier.</param>
    /// <exception cref="ArgumentException">The model has parameters that the layout has no name for.</exception>
    public static IReadOnlyList<(string Name, Tensor Tensor)> ToHuggingFace(CoFinetuneModel model, string? head)
    {
        var layout = TorchLayouts.HuggingFaceVivit;
        var (t, h, w) = model.Trunk.Tubelets.Tubelet;
        var exported = new List<(string, Tensor)>();
        foreach (var parameter in model.DescribeParameters())
        {
            if (parameter.Head is { } index && model.Datasets[index] != head) continue;
            var name = parameter.Head is null ? parameter.Name["trunk.".Length..] : $"head.{parameter.Name.Split('.')[^1]}";
            var before = exported.Count;
            foreach (var rule in RulesFor(layout, name))
            {
                var rows = parameter.Parameter.size(0) / 3;
                var part = rule.Third is { } third ? parameter.Parameter.narrow(0, third * rows, rows) : parameter.Parameter;
                var shape = rule.Storage == Storage.Convolution ? [part.size(0), TubeletChannels, t, h, w] : part.shape;
                exported.Add((rule.Theirs, rule.Storage.FromOurs(part, shape)));
            }
            if (exported.Count == before) throw new ArgumentException($"{layout.Name} has no name for '{parameter.Name}'", nameof(model));
        }
        return exported;
    }

    private const int TubeletChannels = Layers.TubeletShape.Channels;

    /// <summary>The first rule for each third of our parameter: the names that files have, not those in memory.</summary>
    private static IEnumerable<NameRule> RulesFor(WeightLayout layout, string name)
    {
        var block = name.Split('.') is ["encoder", "blocks", var l, ..] ? int.Parse(l) : 0;
        return layout.Rules.Select(rule => rule.At(block)).Where(rule => rule.Ours == name).DistinctBy(rule => rule.Third);
    }
}
