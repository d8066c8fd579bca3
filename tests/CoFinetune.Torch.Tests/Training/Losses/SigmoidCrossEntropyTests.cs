using CoFinetune.Training.Losses;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Losses;

public sealed class SigmoidCrossEntropyTests
{
    [Theory]
    [InlineData(LossReduction.Mean, 0.6931471805599453)]                 // every element is ln 2
    [InlineData(LossReduction.SumOverClasses, 2.0794415416798357)]       // 3 classes
    public void OfTargets_ZeroLogits_ReducesAsAsked(LossReduction reduction, double expected)
    {
        using var scope = NewDisposeScope();
        var loss = SigmoidCrossEntropy.OfTargets(zeros(5, 3, ScalarType.Float64), ones(5, 3), reduction);
        Assert.Equal(expected, loss.item<double>(), 1e-14);
    }

    [Fact]
    public void OfTargets_HugeLogits_StayFinite()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 800f, -800f, 800f, -800f }, 1, 4).requires_grad_();
        var loss = SigmoidCrossEntropy.OfTargets(logits, tensor(new[] { 1f, 0f, 0f, 1f }, 1, 4), LossReduction.SumOverClasses);
        loss.backward();
        Assert.Equal(1600, loss.item<float>());
        Assert.Equal([0f, 0f, 1f, -1f], logits.grad!.data<float>().ToArray());
    }

    [Fact]
    public void OfTargets_AtZero_HasTheTrueGradient()
    {
        using var scope = NewDisposeScope();
        var logits = zeros(1, 2, ScalarType.Float64).requires_grad_();
        SigmoidCrossEntropy.OfTargets(logits, tensor(new[] { 1.0, 0 }, 1, 2), LossReduction.SumOverClasses).backward();
        Assert.Equal([-0.5, 0.5], logits.grad!.data<double>().ToArray());
    }

    [Theory]
    [InlineData(LossReduction.Mean)]
    [InlineData(LossReduction.SumOverClasses)]
    public void OfTargets_WithoutBoxes_IsZeroWithZeroGradient(LossReduction reduction)
    {
        using var scope = NewDisposeScope();
        var features = zeros(0, 8);
        var weight = ones(8, 80).requires_grad_();
        var loss = SigmoidCrossEntropy.OfTargets(features.matmul(weight), zeros(0, 80), reduction, 0.1);
        loss.backward();
        Assert.Equal(0, loss.item<float>());
        Assert.All(weight.grad!.data<float>().ToArray(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void OfTargets_ByteTargets_AreAccepted()
    {
        using var scope = NewDisposeScope();
        var loss = SigmoidCrossEntropy.OfTargets(zeros(2, 2), ones(2, 2, ScalarType.Byte), LossReduction.Mean);
        Assert.Equal(Math.Log(2), loss.item<float>(), 1e-6);
    }

    [Fact]
    public void OfTargets_OtherShape_Throws() => Assert.Throws<ArgumentException>(
        () => SigmoidCrossEntropy.OfTargets(zeros(2, 3), zeros(3, 2), LossReduction.Mean));
}
