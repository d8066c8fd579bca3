using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Losses;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Losses;

public sealed class SoftmaxCrossEntropyTests
{
    [Fact]
    public void OfLabels_UniformLogits_IsLogOfClasses()
    {
        using var scope = NewDisposeScope();
        var loss = SoftmaxCrossEntropy.OfLabels(zeros(3, 4), tensor(new long[] { 0, 1, 3 }), 0.3);
        Assert.Equal(Math.Log(4), loss.item<float>(), 1e-6);
    }

    [Fact]
    public void OfLabels_TwoClasses_IsTheLogisticLoss()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 1.0, -1.0 }, 1, 2).requires_grad_();
        var loss = SoftmaxCrossEntropy.OfLabels(logits, tensor(new long[] { 1 }));
        loss.backward();
        Assert.Equal(Math.Log(1 + Math.Exp(2)), loss.item<double>(), 1e-14);
        var p = 1 / (1 + Math.Exp(-2));
        Assert.Equal([p, -p], logits.grad!.data<double>().ToArray().Select(x => Math.Round(x, 14)), Near);
    }

    [Fact]
    public void OfLabels_SmoothingOne_IgnoresTheLabel()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 3.0, 0, -1 }, 1, 3);
        var first = SoftmaxCrossEntropy.OfLabels(logits, tensor(new long[] { 0 }), 1).item<double>();
        var last = SoftmaxCrossEntropy.OfLabels(logits, tensor(new long[] { 2 }), 1).item<double>();
        Assert.Equal(first, last, 1e-14);
    }

    [Fact]
    public void OfLabels_Bf16Logits_ComputesInFloat32()
    {
        using var scope = NewDisposeScope();
        var loss = SoftmaxCrossEntropy.OfLabels(zeros(1, 400, ScalarType.BFloat16), tensor(new long[] { 7 }));
        Assert.Equal(ScalarType.Float32, loss.dtype);
        Assert.Equal(Math.Log(400), loss.item<float>(), 1e-5);
    }

    [Fact]
    public void OfTargets_HugeLogits_StayFinite()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 800f, -800f }, 1, 2).requires_grad_();
        var loss = SoftmaxCrossEntropy.OfTargets(logits, tensor(new[] { 0f, 1f }, 1, 2));
        loss.backward();
        Assert.Equal(1600, loss.item<float>());
        Assert.Equal([1f, -1f], logits.grad!.data<float>().ToArray());
    }

    [Fact]
    public void BothKinds_WithoutExamples_AreZeroWithZeroGradient()
    {
        using var scope = NewDisposeScope();
        var logits = zeros(0, 5).requires_grad_();
        var weight = ones(5, 5).requires_grad_();
        var loss = SoftmaxCrossEntropy.OfLabels(logits.matmul(weight), zeros(0, ScalarType.Int64), 0.1)
            + SoftmaxCrossEntropy.OfTargets(logits.matmul(weight), zeros(0, 5));
        loss.backward();
        Assert.Equal(0, loss.item<float>());
        Assert.All(weight.grad!.data<float>().ToArray(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void Losses_LeaveNoTensorBehind()
    {
        using var logits = zeros(3, 4).requires_grad_();
        using var labels = zeros(3, ScalarType.Int64);
        var before = LiveTensors.Count;
        SoftmaxCrossEntropy.OfLabels(logits, labels, 0.1).Dispose();
        SoftmaxCrossEntropy.OfTargets(logits, logits, 0.1).Dispose();
        SigmoidCrossEntropy.OfTargets(logits, logits, LossReduction.Mean, 0.1).Dispose();
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void OfLabels_OtherShape_Throws()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.OfLabels(zeros(3, 4), zeros(2, ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.OfLabels(zeros(3), zeros(3, ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.OfTargets(zeros(3, 4), zeros(3, 5)));
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-13;
}
