// B clips, R boxes of all clips, D width, K classes
using CoFinetune.Models.Ops;
using static TorchSharp.torch;

namespace CoFinetune.Models;

/// <summary>The part of a model that belongs to one dataset: a grid of tokens in, class logits out.</summary>
public abstract class Head : nn.Module
{
    // Products of fewer rows are summed in another order, so that the last digits of a score would depend on how many others are computed beside it.
    private const int LeastRows = 32;

    /// <summary>A head; <paramref name="name"/> is its kind.</summary>
    protected Head(string name)
        : base(name)
    {
    }

    /// <summary>Scores clips or boxes.</summary>
    /// <param name="grid">The trunk's output for the head's clips.</param>
    /// <param name="boxes">The boxes to score; null for a head that scores whole clips.</param>
    /// <param name="trunkGradientScale">Factor on the gradient that this head sends into the trunk; its own parameters get theirs in full.</param>
    /// <returns>Logits <c>[R, K]</c>, or <c>[B, K]</c> for a head that scores whole clips.</returns>
    public Tensor forward(TokenGrid grid, RoiBoxes? boxes, double trunkGradientScale = 1)
    {
        using var scope = NewDisposeScope();
        var features = pool(grid, boxes);
        if (trunkGradientScale != 1)
        {
            // The difference is exactly zero, so that the scale changes the gradient and not one bit of the output.
            var constant = features.detach();
            features = constant.add(features.sub(constant).mul(trunkGradientScale));
        }
        var rows = features.size(0);
        if (training || rows >= LeastRows) return classify(features).MoveToOuterDisposeScope();
        var filled = cat([features, features.new_zeros(LeastRows - rows, features.size(1))]);      // [32, D]
        return classify(filled).narrow(0, 0, rows).clone().MoveToOuterDisposeScope();
    }

    /// <summary>Multiply-adds of one clip or box, the trunk not counted.</summary>
    public abstract long MultiplyAdds { get; }

    /// <summary>One vector per clip or box, <c>[R, D]</c>; has no parameters.</summary>
    protected abstract Tensor pool(TokenGrid grid, RoiBoxes? boxes);

    /// <summary><c>[R, D]</c> to logits <c>[R, K]</c>.</summary>
    protected abstract Tensor classify(Tensor features);
}
