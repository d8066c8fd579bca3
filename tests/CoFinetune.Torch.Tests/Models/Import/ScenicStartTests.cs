using System.Text.Json;
using CoFinetune.Models.Import;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Vivit;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;
using Storage = CoFinetune.Models.Import.Storage;

namespace CoFinetune.Torch.Tests.Models.Import;

/// <summary>Starts from an image ViT against what Scenic's own initialisation makes of it.</summary>
public class ScenicStartTests
{
    private const string Folder = "models/scenic_init";

    [GoldenTheory(Folder)]
    [InlineData("joint_tile_central", TubeletStart.CentralFrame)]
    [InlineData("joint_resize_tile_average", TubeletStart.Inflation)]
    [InlineData("joint_gap_resize_tile_arp", TubeletStart.RankPooling)]
    [InlineData("factorised_self_attention_copy", TubeletStart.CentralFrame, TemporalStart.Copy)]
    [InlineData("factorised_self_attention_zero", TubeletStart.Inflation, TemporalStart.AllZero)]
    [InlineData("factorised_dot_product_tile", TubeletStart.Inflation)]
    [InlineData("factorised_encoder", TubeletStart.CentralFrame)]
    [InlineData("factorised_encoder_resize", TubeletStart.Inflation)]
    [InlineData("factorised_encoder_from_video", TubeletStart.CentralFrame)]
    public void Fill_FromImageOrVideo_HoldsScenicsTree(string name, TubeletStart tubelet, TemporalStart temporal = TemporalStart.Zero)
    {
        using var scope = NewDisposeScope();
        using var json = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf($"{Folder}/init.json")));
        var result = json.RootElement.GetProperty("results").GetProperty(name);
        var settings = result.GetProperty("settings");
        int Setting(string key) => settings.GetProperty(key).GetInt32();
        using var expected = WeightFile.Open(GoldenFolder.PathOf($"{Folder}/{name}.safetensors"));
        using var source = SourceModel.Open(GoldenFolder.PathOf($"{Folder}/{result.GetProperty("source").GetString()}"), null);
        var (attention, layout) = settings.GetProperty("type").GetString() switch
        {
            "spacetime" => (VivitAttention.Joint, FlaxLayouts.Scenic),
            "factorized_encoder" => (VivitAttention.FactorisedEncoder, FlaxLayouts.FactorisedEncoder),
            "factorized_self_attention_block" => (VivitAttention.FactorisedSelfAttention, FlaxLayouts.FactorisedSelfAttention),
            _ => (VivitAttention.FactorisedDotProduct, FlaxLayouts.Scenic),
        };
        var trunk = (VivitConfig)SourceTrunk.TrunkOf(source) with
        {
            Attention = attention,
            Tubelet = [Setting("tubelet"), 4, 4],
            Pool = settings.GetProperty("classifier").GetString() == "token" ? TokenPool.Token : TokenPool.Mean,
            TemporalDepth = attention == VivitAttention.FactorisedEncoder ? 1 : null,
        };
        using var model = ForeignTree.Build(trunk, Setting("frames"), Setting("image"), Setting("image"), Setting("classes"));

        WeightImport.Run(model, source, new InitConfig { From = name, Tubelet = tubelet, Temporal = temporal });

        var ours = model.DescribeParameters().ToDictionary(parameter => parameter.Name, parameter => (Tensor)parameter.Parameter);
        Assert.NotEmpty(expected.Entries);
        foreach (var entry in expected.Entries)
        {
            var theirs = expected.Read(entry.Name);
            TensorAssert.Close(theirs, ForeignTree.View(layout, entry.Name, theirs.shape, path => ours[path].detach()), 1e-6, $"{name}: {entry.Name}");
        }
    }

    [GoldenFact(Folder)]
    public void Functions_OfScenic_AreOurs()
    {
        using var scope = NewDisposeScope();
        using var file = WeightFile.Open(GoldenFolder.PathOf($"{Folder}/functions.safetensors"));
        foreach (var frames in new[] { 2, 3, 4 })
        {
            var kernel = file.Read($"kernel_t{frames}/in");                                // [h, w, C, D]
            var ours = Storage.Transposed.ToOurs(kernel, kernel.size(3));                  // [D, h*w*C]
            foreach (var (name, start) in new[] { ("central_frame", TubeletStart.CentralFrame), ("average_frame", TubeletStart.Inflation), ("average_arp_frame", TubeletStart.RankPooling) })
            {
                var theirs = file.Read($"kernel_t{frames}/{name}");
                TensorAssert.Close(Storage.Transposed.ToOurs(theirs, theirs.size(4)), start.Spread(ours, frames), 2e-7, $"{name} of {frames}");
            }
        }
        foreach (var (from, to) in new[] { (3, 7), (4, 6), (6, 4), (7, 5) })
        {
            var resized = PositionResampling.Apply(file.Read($"resize_{from}x{from}_to_{to}x{to}/in").unsqueeze(0), new GridSize(1, from, from), new GridSize(1, to, to));
            TensorAssert.Close(file.Read($"resize_{from}x{from}_to_{to}x{to}/out"), resized, 1e-6);
        }
        foreach (var (from, to) in new[] { (4, 7), (5, 3), (8, 16) })
            TensorAssert.Close(file.Read($"resize_{from}_to_{to}/out"), PositionResampling.Apply(file.Read($"resize_{from}_to_{to}/in").unsqueeze(0), new GridSize(from, 1, 1), new GridSize(to, 1, 1)), 1e-6);
        TensorAssert.Close(file.Read("tile_6_to_18/out"), PositionResampling.Apply(file.Read("tile_6_to_18/in").unsqueeze(0), new GridSize(1, 6, 1), new GridSize(3, 6, 1)), 0);
    }
}
