using System.Diagnostics;
using System.Text.Json;
using CoFinetune.Cli.Commands;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Weights;

/// <summary>Files that other programs wrote, and files that were made to do harm.</summary>
public class WeightFileGoldenTests
{
    /// <summary>Buffers and tables of a reader; what a file may cost beyond a few times its own length.</summary>
    private const long Constant = 4 << 20;

    public static IEnumerable<object[]> HostileFiles => Files("hostile/manifest.json", "files", root => root.EnumerateArray().Select(file => file.GetProperty("file").GetString()!));

    public static IEnumerable<object[]> ValidFiles => Files("hostile/valid/expected.json", "files", root => root.EnumerateObject().Select(file => file.Name));

    [GoldenTheory("hostile/manifest.json")]
    [MemberData(nameof(HostileFiles))]
    public void Open_HostileFile_IsRefusedInOneLine(string name)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf("hostile/manifest.json")));
        var entry = manifest.RootElement.GetProperty("files").EnumerateArray().First(file => file.GetProperty("file").GetString() == name);
        var path = GoldenFolder.PathOf($"hostile/{name}");
        var time = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = Record.Exception(() => WeightBytes.ReadAll(path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (20 * new FileInfo(path).Length) + Constant);
        Assert.InRange(time.Elapsed.TotalSeconds, 0, 2);
        if (problem is not null)
        {
            Assert.StartsWith($"{path}: ", Assert.IsType<WeightsException>(problem).Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', problem.Message);
        }
        else if (entry.TryGetProperty("values_if_loaded", out var values))
        {
            using var file = WeightFile.Open(path);
            foreach (var tensor in values.EnumerateObject()) Assert.Equal(tensor.Value.EnumerateArray().Select(value => value.GetSingle()), WeightBytes.Floats(file, tensor.Name));
        }
        else
        {
            Assert.Equal("refuse_or_bounded", entry.GetProperty("expect").GetString());
        }
    }

    [GoldenTheory("hostile/valid/expected.json")]
    [MemberData(nameof(ValidFiles))]
    public void Read_UnusualButCorrectFile_GivesItsValues(string name)
    {
        using var scope = NewDisposeScope();
        using var expected = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf("hostile/valid/expected.json")));
        var entry = expected.RootElement.GetProperty("files").GetProperty(name);
        using var file = WeightFile.Open(GoldenFolder.PathOf($"hostile/valid/{name}"));

        var tensors = entry.GetProperty("tensors").EnumerateObject().ToList();
        Assert.Equal(tensors.Select(tensor => tensor.Name).Order(), file.Entries.Select(tensor => tensor.Name).Order());
        if (entry.TryGetProperty("metadata", out var metadata)) Assert.Equal(metadata.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!), file.Metadata);
        foreach (var tensor in tensors)
        {
            var found = file.Entry(tensor.Name);
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), found.TypeText);
            Assert.Equal(tensor.Value.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64()), found.Shape);
            Assert.Equal(tensor.Value.GetProperty("values").EnumerateArray().Select(Text), TensorValues.Texts(file, found));
            var read = file.Read(tensor.Name);
            Assert.Equal(WeightBytes.Of(file, tensor.Name), read.bytes.ToArray());
            var turned = zeros_like(read);
            file.ReadInto(tensor.Name, turned);
            TensorAssert.Same(read, turned);
        }
    }

    [GoldenFact("models/scenic_joint")]
    public void Read_FlaxLayouts_HoldTheSameParameters()
    {
        using var checkpoint = WeightFile.Open(GoldenFolder.PathOf("models/scenic_joint/checkpoint"));
        using var current = WeightFile.Open(GoldenFolder.PathOf("models/scenic_joint/checkpoint_params"));
        using var chunked = WeightFile.Open(GoldenFolder.PathOf("models/scenic_joint/checkpoint_chunked"));
        using var brain = WeightFile.Open(GoldenFolder.PathOf("models/scenic_joint_gap/checkpoint_bf16"));
        const string Old = "optimizer/target/";

        var names = checkpoint.Entries.Select(e => e.Name).Where(name => name.StartsWith(Old, StringComparison.Ordinal)).Select(name => name[Old.Length..]).ToList();

        Assert.Equal(56183, names.Sum(name => checkpoint.Entry(Old + name).Count));
        Assert.Equal([2, 8, 8, 3, 40], chunked.Entry($"{Old}embedding/kernel").Shape);
        foreach (var name in names)
        {
            Assert.Equal(WeightBytes.Of(checkpoint, Old + name), WeightBytes.Of(current, $"params/{name}"));
            Assert.Equal(WeightBytes.Of(checkpoint, Old + name), WeightBytes.Of(chunked, Old + name));
        }
        Assert.Contains(brain.Entries, entry => entry.Type == TensorType.BF16);
    }

    [GoldenFact("models/hf_videomae")]
    public void Read_SameWeightsInOtherFormats_GivesTheSameBytes()
    {
        Same("models/hf_videomae/videomae_original.pth", "models/hf_videomae/videomae_original.safetensors", name => $"module.{name}");
        Same("models/hf_vivit_sharded", "models/hf_vivit", name => name);
        Same("models/hf_vivit_sharded/model.safetensors.index.json", "models/hf_vivit/model.safetensors", name => name);
        using var google = WeightFile.Open(GoldenFolder.PathOf("models/image_vit/google.npz"));
        using var timm = WeightFile.Open(GoldenFolder.PathOf("models/image_vit/timm.safetensors"));
        Assert.Equal(WeightBytes.Of(timm, "patch_embed.proj.bias"), WeightBytes.Of(google, "embedding/bias"));
        Assert.Equal(WeightBytes.Of(timm, "pos_embed"), WeightBytes.Of(google, "Transformer/posembed_input/pos_embedding"));
        Assert.Equal(timm.Entries.Sum(entry => entry.Count), google.Entries.Sum(entry => entry.Count));
    }

    private static void Same(string one, string other, Func<string, string> nameInOne)
    {
        using var first = WeightFile.Open(GoldenFolder.PathOf(one));
        using var second = WeightFile.Open(GoldenFolder.PathOf(other));
        Assert.Equal(second.Entries.Count, first.Entries.Count);
        foreach (var entry in second.Entries)
        {
            Assert.Equal(entry.Shape, first.Entry(nameInOne(entry.Name)).Shape);
            Assert.Equal(WeightBytes.Of(second, entry.Name), WeightBytes.Of(first, nameInOne(entry.Name)));
        }
    }

    /// <summary>A listed value in the words of <see cref="TensorValues.Texts"/>.</summary>
    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText() is var text && text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? TensorValues.Text(value.GetDouble()) : text,
    };

    private static IEnumerable<object[]> Files(string list, string property, Func<JsonElement, IEnumerable<string>> names)
    {
        if (!GoldenFolder.Has(list)) return [];
        using var json = JsonDocument.Parse(File.ReadAllText(GoldenFolder.PathOf(list)));
        return [.. names(json.RootElement.GetProperty(property)).Select(name => (object[])[name])];
    }
}
