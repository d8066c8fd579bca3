using CoFinetune.Models;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Ops;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>What is not finite in a poisoned step.</summary>
internal enum Poison
{
    None,
    LossNaN,
    LossInfinity,
    Gradient,
}

/// <summary>A linear head whose training goes wrong when a test says so.</summary>
internal sealed record PoisonedHeadConfig(Func<bool, Poison> Now) : HeadConfig
{
    public override bool TakesBoxes => false;

    public override Head Build(int width, int classes, ParameterFactory parameters) => new PoisonedHead(width, classes, Now, parameters);

    private sealed class PoisonedHead : Head
    {
        private readonly Linear _projection;
        private readonly Func<bool, Poison> _now;

        public PoisonedHead(int width, int classes, Func<bool, Poison> now, ParameterFactory parameters)
            : base(nameof(PoisonedHead))
        {
            _projection = Linear.Zero(parameters.In(nameof(_projection)), width, classes);
            _now = now;
            RegisterComponents();
        }

        public override long MultiplyAdds => 0;

        protected override Tensor pool(TokenGrid grid, RoiBoxes? boxes) => grid.Pooled.alias();

        protected override Tensor classify(Tensor features)
        {
            var logits = _projection.forward(features);
            return _now(training) switch
            {
                Poison.LossNaN => logits * float.NaN,
                Poison.LossInfinity => logits - zeros_like(logits).index_fill_(1, tensor(0L), float.PositiveInfinity),    // with label smoothing
                Poison.Gradient => logits + (logits - logits.detach()).sqrt(),                                             // 0, of infinite slope
                _ => logits,
            };
        }
    }
}
