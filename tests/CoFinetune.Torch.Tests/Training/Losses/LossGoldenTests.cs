using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Losses;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Losses;

/// <summary>Values and gradients computed by torch in float64.</summary>
public sealed class LossGoldenTests
{
    [GoldenFact("losses")]
    public void SoftmaxCrossEntropy_EqualsTorch()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf("losses/softmax_cross_entropy.json")));
        var root = json.RootElement;
        var labels = tensor(root.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());
        var mixed = Matrix(root.GetProperty("mixup").GetProperty("targets"));
        var seen = 0;
        foreach (var expected in root.GetProperty("cases").EnumerateArray())
        {
            if (expected.GetProperty("weights").GetString() != "none") continue;
            var smoothing = expected.GetProperty("label_smoothing").GetDouble();
            var hard = expected.GetProperty("targets").GetString() == "hard";
            AssertEqual(expected, root.GetProperty("logits"), logits => hard
                ? SoftmaxCrossEntropy.OfLabels(logits, labels, smoothing)
                : SoftmaxCrossEntropy.OfTargets(logits, mixed, smoothing));
            seen++;
        }
        Assert.Equal(6, seen);
    }

    [GoldenFact("losses")]
    public void SigmoidCrossEntropy_EqualsTorch()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf("losses/sigmoid_bce.json")));
        var root = json.RootElement;
        var seen = 0;
        foreach (var expected in root.GetProperty("cases").EnumerateArray())
        {
            var reduction = expected.GetProperty("reduction").GetString();
            if (reduction is not ("mean" or "sum_over_classes_mean_over_examples")) continue;
            if (expected.TryGetProperty("pos_weight", out _)) continue;
            var kind = expected.GetProperty("targets").GetString()!;
            var targets = Matrix(root.GetProperty(kind == "soft" ? "targets_soft" : "targets_hard"));
            var smoothing = kind switch { "scenic_label_smoothing_0.1" => 0.1, "scenic_label_smoothing_0.3" => 0.3, _ => 0 };
            AssertEqual(expected, root.GetProperty("logits"), logits => SigmoidCrossEntropy.OfTargets(
                logits, targets, reduction == "mean" ? LossReduction.Mean : LossReduction.SumOverClasses, smoothing));
            seen++;
        }
        Assert.Equal(6, seen);
    }

    private static void AssertEqual(JsonElement expected, JsonElement logits, Func<Tensor, Tensor> loss)
    {
        var value = expected.GetProperty("loss").GetDouble();
        var gradient = Matrix(expected.GetProperty("grad_logits")).data<double>().ToArray();
        foreach (var (dtype, tolerance, absolute) in new[] { (ScalarType.Float64, 1e-12, 1e-13), (ScalarType.Float32, 1e-5, 1e-7) })
        {
            using var scope = NewDisposeScope();
            var input = Matrix(logits).to(dtype).requires_grad_();
            var actual = loss(input);
            actual.backward();
            Assert.Equal(dtype, actual.dtype);
            Assert.Equal(value, actual.to(ScalarType.Float64).item<double>(), Math.Abs(value) * tolerance);
            var gradients = input.grad!.to(ScalarType.Float64).data<double>().ToArray();
            for (var i = 0; i < gradient.Length; i++)
                Assert.Equal(gradient[i], gradients[i], Math.Abs(gradient[i]) * tolerance + absolute);
        }
    }

    private static Tensor Matrix(JsonElement rows)
    {
        var numbers = rows.EnumerateArray().SelectMany(row => row.EnumerateArray().Select(x => x.GetDouble())).ToArray();
        return tensor(numbers, rows.GetArrayLength(), rows[0].GetArrayLength());
    }
}
