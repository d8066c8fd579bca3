// B clips, D width, K classes
using CoFinetune.Models.Layers;
using CoFinetune.Models.Ops;
using static TorchSharp.torch;

namespace CoFinetune.Models.Heads;

internal sealed class LinearHead : Head
{
    private readonly Linear projection;
    private readonly double dropout;
    private readonly long multiplyAdds;

    public LinearHead(int width, int classes, double dropout, ParameterFactory parameters)
        : base(nameof(LinearHead))
    {
        projection = Linear.Zero(parameters.In("projection"), width, classes);
        this.dropout = dropout;
        multiplyAdds = (long)width * classes;
        RegisterComponents();
    }

    public override long MultiplyAdds => multiplyAdds;

    protected override Tensor pool(TokenGrid grid, RoiBoxes? boxes) =>
        boxes is null ? grid.Pooled.alias() : throw new ArgumentException("a linear head scores clips, not boxes", nameof(boxes));

    protected override Tensor classify(Tensor features) =>
        projection.forward(Dropout.Apply(features, dropout, training)); // [B, K]
}
