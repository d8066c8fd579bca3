using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Transformers;
using CoFinetune.Models.Vivit;
using CoFinetune.Models.Weights;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Vivit;

/// <summary>Our ViViT against Google's Scenic, run on the same weights and clips.</summary>
public class ScenicGoldenTests
{
    private const double Tolerance = 1e-5;
    private const string Parameters = "optimizer/target/";

    [GoldenFact("models/scenic_joint")]
    public void Forward_JointWithClassToken_EqualsScenic()
    {
        var config = new VivitConfig { Width = 40, Depth = 3, Heads = 4, Mlp = 72, Tubelet = [2, 8, 8] };
        Compare("models/scenic_joint", config, frames: 8, height: 32, width: 32, classes: 7, loss: 3.4368417921637504);
    }

    [GoldenFact("models/scenic_joint_gap")]
    public void Forward_JointWithMeanOnOddGrid_EqualsScenic()
    {
        var config = new VivitConfig { Width = 36, Depth = 2, Heads = 3, Mlp = 72, Tubelet = [3, 8, 8], Pool = TokenPool.Mean };
        Compare("models/scenic_joint_gap", config, frames: 6, height: 24, width: 40, classes: 5, loss: 0.9016676342134241);
    }

    private static void Compare(string folder, VivitConfig config, int frames, int height, int width, int classes, double loss)
    {
        using var scope = NewDisposeScope();
        using var model = new CoFinetuneModel(config, frames, height, width, [new DatasetHead("k", new LinearHeadConfig(), classes)], seed: 1);
        using var checkpoint = WeightFile.Open(GoldenFolder.PathOf($"{folder}/checkpoint"));
        ScenicNames.Load(model, checkpoint.Entries.Where(entry => entry.Name.StartsWith(Parameters, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name[Parameters.Length..], entry => checkpoint.Read(entry.Name)));
        using var expected = SafetensorsFile.Open(GoldenFolder.PathOf($"{folder}/case.safetensors"));
        var input = expected.Read("input");

        var logits = model.forward(input, [new ModelSlice(0, 0, (int)input.size(0))])[0];
        TensorAssert.Close(expected.Read("logits"), logits, Tolerance, "logits");

        var trunk = (TokenTrunk)model.Trunk;
        TensorAssert.Close(expected.Read("tokens"), trunk.Sequences(input)["tokens"], Tolerance, "tokens");
        TensorAssert.Close(expected.Read("after_block_0"), trunk.Encode(input, depth: 1), Tolerance, "after_block_0");

        var crossEntropy = nn.functional.cross_entropy(logits, expected.Read("labels"));
        Assert.Equal(loss, crossEntropy.item<float>(), 1e-6);
        crossEntropy.backward();
        var ours = model.DescribeParameters().ToDictionary(parameter => parameter.Name, parameter => parameter.Parameter.grad!);
        var gradients = expected.Entries.Where(entry => entry.Name.StartsWith("grad/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(gradients);
        foreach (var gradient in gradients)
        {
            var theirs = expected.Read(gradient.Name);
            TensorAssert.Close(theirs, ScenicNames.View(gradient.Name["grad/".Length..], name => ours[name], theirs.shape), Tolerance, gradient.Name);
        }
    }
}
