using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Ops;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Heads;

public class RoiHeadTests
{
    [GoldenFact("roi_align/ava_head.safetensors")]
    public void Forward_GoldenHead_EqualsTorchvision() => Compare("roi_align/ava_head.safetensors");

    [GoldenFact("roi_align/ava_head_no_valid_box.safetensors")]
    public void Forward_NoValidBox_HasNoLossAndZeroGradients() => Compare("roi_align/ava_head_no_valid_box.safetensors");

    private static void Compare(string golden)
    {
        foreach (var (pool, logitsName) in new[] { (RoiPool.Max, "logits"), (RoiPool.Mean, "logits_mean_pool") })
        {
            using var scope = NewDisposeScope();
            using var file = SafetensorsFile.Open(GoldenFolder.PathOf(golden));
            if (!file.Contains(logitsName)) continue;
            var tokens = file.Read("tokens").requires_grad_();
            var (weight, bias) = (file.Read("weight"), file.Read("bias"));
            var valid = file.Read("valid");
            var factory = new ParameterFactory(1);
            using var head = new RoiHeadConfig { Pool = pool }.Build((int)weight.size(1), (int)weight.size(0), factory);
            factory.Fill();
            var parameters = head.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            using (no_grad())
            {
                parameters["projection.weight"].copy_(weight);
                parameters["projection.bias"].copy_(bias);
            }

            var logits = head.forward(new TokenGrid(tokens, tokens.mean([1L, 2, 3])), Boxes(file.Read("boxes"), valid));

            TensorAssert.Close(file.Read(logitsName)[valid], logits, 1e-5, logitsName);
            if (pool != RoiPool.Max) continue;
            var labels = file.Read("labels")[valid].to_type(float32);
            var sum = nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction: nn.Reduction.Sum);
            var divisor = Math.Max(valid.sum().item<long>(), 1);
            var loss = sum.div(divisor);
            Assert.Equal(file.Read("losses")[1].item<double>(), loss.item<float>(), 1e-5 * Math.Max(1, Math.Abs(loss.item<float>())));
            loss.backward();
            TensorAssert.Close(file.Read("grad_tokens_b"), tokens.grad!, 1e-5, "tokens");
            TensorAssert.Close(file.Read("grad_weight_b"), parameters["projection.weight"].grad!, 1e-5, "weight");
            TensorAssert.Close(file.Read("grad_bias_b"), parameters["projection.bias"].grad!, 1e-5, "bias");
        }
    }

    private static RoiBoxes Boxes(Tensor boxes, Tensor valid)
    {
        var counts = valid.sum(1).data<long>().Select(count => (int)count).ToArray();
        return new RoiBoxes(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(boxes[valid].contiguous().bytes).ToArray(), counts);
    }

    [Fact]
    public void Forward_HiddenLayer_ChangesTheProjectionsWidth()
    {
        using var scope = NewDisposeScope();
        var factory = new ParameterFactory(1);
        using var head = new RoiHeadConfig { Hidden = 10, Dropout = 0.5 }.Build(24, 3, factory);
        factory.Fill();

        var tokens = rand([2, 2, 4, 4, 24]);
        var logits = head.forward(new TokenGrid(tokens, tokens.mean([1L, 2, 3])), TinyModel.Boxes(2));

        Assert.Equal([1, 3], logits.shape);
        Assert.Equal(["hidden.weight", "hidden.bias", "projection.weight", "projection.bias"], head.named_parameters().Select(p => p.name));
        Assert.Equal(24 * 10 + 10 * 3, head.MultiplyAdds);
    }
}
