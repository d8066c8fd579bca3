// B clips, T' H' W' cells of the token grid, D width, R boxes of all clips, S bins per side, M hidden width, K classes
using CoFinetune.Models.Layers;
using CoFinetune.Models.Ops;
using static TorchSharp.torch;

namespace CoFinetune.Models.Heads;

internal sealed class RoiHead : Head
{
    private readonly Linear? hidden;
    private readonly Linear projection;
    private readonly RoiAlign align;
    private readonly RoiPool reduction;
    private readonly double dropout;
    private readonly long multiplyAdds;

    /// <param name="width">Length of a token.</param>
    /// <param name="classes">Classes to score.</param>
    /// <param name="align">Cuts each box into bins.</param>
    /// <param name="reduction">How the bins become one vector.</param>
    /// <param name="hiddenWidth">Width of the hidden layer; 0 has none.</param>
    /// <param name="dropout">Dropout before the projection.</param>
    /// <param name="parameters">Makes the parameters.</param>
    public RoiHead(int width, int classes, RoiAlign align, RoiPool reduction, int hiddenWidth, double dropout, ParameterFactory parameters)
        : base(nameof(RoiHead))
    {
        var features = hiddenWidth == 0 ? width : hiddenWidth;
        hidden = hiddenWidth == 0 ? null : Linear.Xavier(parameters.In("hidden"), width, features, biasStd: 0);
        projection = Linear.Zero(parameters.In("projection"), features, classes);
        (this.align, this.reduction, this.dropout) = (align, reduction, dropout);
        multiplyAdds = (hiddenWidth == 0 ? 0 : (long)width * features) + (long)features * classes;
        RegisterComponents();
    }

    public override long MultiplyAdds => multiplyAdds;

    protected override Tensor pool(TokenGrid grid, RoiBoxes? boxes)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        using var scope = NewDisposeScope();
        // The mean comes before the maximum over bins: the other order gives other features.
        var map = grid.Tokens.mean([1L]);                                                       // [B, H', W', D]
        var bins = align.Apply(map, boxes, scaleX: map.size(2), scaleY: map.size(1)).flatten(1, 2); // [R, S*S, D]
        var pooled = reduction == RoiPool.Max ? bins.max(1).values : bins.mean([1L]);           // [R, D]
        return pooled.MoveToOuterDisposeScope();
    }

    protected override Tensor classify(Tensor features)
    {
        var x = hidden is null ? features : Gelu.Tanh.Apply(hidden.forward(features));          // [R, M]
        return projection.forward(Dropout.Apply(x, dropout, training));                                            // [R, K]
    }
}
