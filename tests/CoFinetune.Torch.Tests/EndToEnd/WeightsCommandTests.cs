using System.Text.Json;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Models.Weights.Safetensors;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>Weights in and out through the command: forward, convert, average, summary, and training from them.</summary>
public sealed class WeightsCommandTests(SmallWorld world) : IClassFixture<SmallWorld>, IDisposable
{
    private const string Trunk = "trunk.heads=3";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Convert_ImageVitToOursToHuggingFaceAndBack_KeepsEveryBit()
    {
        using var scope = NewDisposeScope();
        var (image, ours, hf, back) = (Timm(), At("ours.safetensors"), At("hf"), At("back.safetensors"));
        Run("checkpoint", "convert", image, ours, Trunk, "clip.frames=4");
        Run("checkpoint", "convert", ours, hf, "--to", "hf");
        Run("checkpoint", "convert", hf, back);

        using var first = WeightFile.Open(ours);
        using var last = WeightFile.Open(back);
        Assert.Equal(first.Entries.Select(entry => entry.Name), last.Entries.Select(entry => entry.Name));
        foreach (var entry in first.Entries) TensorAssert.Same(first.Read(entry.Name), last.Read(entry.Name));

        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(hf, "config.json")));
        Assert.Equal((3, 4, 16), (config.RootElement.GetProperty("num_attention_heads").GetInt32(), config.RootElement.GetProperty("num_frames").GetInt32(), config.RootElement.GetProperty("image_size").GetInt32()));
        Assert.Equal(ForeignFiles.Classes, config.RootElement.GetProperty("id2label").EnumerateObject().Count());
    }

    [Fact]
    public void Forward_EveryFormOfOneModel_ComputesTheSame()
    {
        using var scope = NewDisposeScope();
        var (image, ours, hf) = (Timm(), At("ours.safetensors"), At("hf"));
        Run("checkpoint", "convert", image, ours, Trunk, "clip.frames=4");
        Run("checkpoint", "convert", ours, hf, "--to", "hf");
        var clips = TinyModel.Clips(3);
        var bthwc = Clips("bthwc.safetensors", clips);
        var btchw = Clips("btchw.safetensors", clips.permute(0, 1, 4, 2, 3).contiguous());

        var expected = Forward(ours, bthwc);

        Assert.Equal([3, ForeignFiles.Classes], expected["logits"].shape);
        Assert.Equal([3, 9, ForeignFiles.Width], expected["tokens"].shape);
        TensorAssert.Close(expected["tokens"].select(1, 0), expected["pooled"], 0);
        foreach (var other in new[] { Forward(hf, btchw), Forward(image, bthwc, Trunk), Forward(ours, btchw, "--layout", "BTCHW", "--batch", "2") })
            foreach (var (name, values) in expected) TensorAssert.Close(values, other[name], 1e-5, name);
    }

    [Fact]
    public void Forward_RunWithBoxes_ScoresEveryHead()
    {
        using var scope = NewDisposeScope();
        var run = Trained("forward");
        var input = At("clips.safetensors");
        SafetensorsWriter.Write(input, [("input", rand([3, 4, 32, 32, 3])), ("boxes", tensor([0f, 0, 0, 0.5f, 0.5f, 2, 0.1f, 0.1f, 0.9f, 0.9f], [2, 5]))]);

        var results = Forward(run, input);
        Assert.Equal(["logits.ava", "logits.kinetics", "logits.moments", "pooled", "tokens"], results.Keys.Order());
        Assert.Equal(2, results["logits.ava"].size(0));

        SafetensorsWriter.Write(input, [("input", rand([1, 4, 32, 32, 3]))]);
        Assert.DoesNotContain("logits.ava", Forward(run, input).Keys);
    }

    [Theory]
    [InlineData("--layout", "BTHWC", "axis 4 of BTHWC is not 3")]
    [InlineData("trunk.wdith=3", "-q", "did you mean 'width'?")]
    [InlineData("trunk.depth=7", "-q", "nothing for 'trunk.encoder.blocks.2")]
    [InlineData("init.head=nobody", "-q", "there is no head 'nobody'")]
    public void Forward_WrongWords_SaysWhatIsWrong(string first, string second, string message)
    {
        using var scope = NewDisposeScope();
        var input = Clips("clips.safetensors", TinyModel.Clips(1).permute(0, 1, 4, 2, 3).contiguous());
        var (code, output, error) = SmallWorld.Run("model", "forward", Timm(), Trunk, first, second, "--input", input, "--output", At("out.safetensors"));
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.InRange(code, 3, 5);
        Assert.Empty(output);
        Assert.False(File.Exists(At("out.safetensors")));
    }

    [Fact]
    public void Convert_ExistingDestination_IsLeftAlone()
    {
        var target = _folder.Write("there.safetensors", "precious");
        var (code, _, error) = SmallWorld.Run("checkpoint", "convert", Timm(), target, Trunk);
        Assert.Equal(5, code);
        Assert.Contains("--force", error, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(target));
    }

    [Fact]
    public void Convert_RunToRaw_KeepsNamesAndBits()
    {
        using var scope = NewDisposeScope();
        var run = Trained("raw");
        Run("checkpoint", "convert", run, At("raw.safetensors"), "--to", "raw");
        using var expected = WeightFile.Open(Path.Combine(run, "checkpoints", "step-000006"));
        using var raw = WeightFile.Open(At("raw.safetensors"));
        Assert.Equal(expected.Entries.Select(entry => entry.Name).Order(), raw.Entries.Select(entry => entry.Name).Order());
        foreach (var entry in raw.Entries) TensorAssert.Same(expected.Read(entry.Name), raw.Read(entry.Name));
    }

    [Fact]
    public void Convert_FileThatDoesNotTellItsClips_AsksForThem()
    {
        using var scope = NewDisposeScope();
        var file = ForeignFiles.TimmVit();
        file["patch_embed.proj.weight"] = randn([ForeignFiles.Width, 3, 2, 8, 8]);
        var weights = ForeignFiles.Write(_folder, "video.safetensors", file);
        var (code, _, error) = SmallWorld.Run("checkpoint", "convert", weights, At("ours.safetensors"), Trunk);
        Assert.Equal(5, code);
        Assert.Contains("say clip.frames=N clip.height=N clip.width=N", error, StringComparison.Ordinal);
        Run("checkpoint", "convert", weights, At("ours.safetensors"), Trunk, "clip.frames=2", "clip.height=16", "clip.width=16");
    }

    [Fact]
    public void Forward_HeadsThatNothingTells_SaysTheKey()
    {
        using var scope = NewDisposeScope();
        var input = Clips("clips.safetensors", TinyModel.Clips(1));
        var (code, _, error) = SmallWorld.Run("model", "forward", Timm(), "--input", input, "--output", At("out.safetensors"));
        Assert.Equal(3, code);
        Assert.Contains("trunk.heads=12", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_OwnFileWithOtherHeads_IsRefused()
    {
        using var scope = NewDisposeScope();
        Run("checkpoint", "convert", Timm(), At("ours.safetensors"), Trunk, "clip.frames=4");
        var input = Clips("clips.safetensors", TinyModel.Clips(1));
        var (code, _, error) = SmallWorld.Run("model", "forward", At("ours.safetensors"), "trunk.heads=4", "--input", input, "--output", At("out.safetensors"));
        Assert.Equal(5, code);
        Assert.Contains("it has 3 attention heads, trunk.heads is 4", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_RunToHuggingFace_AsksWhichHead()
    {
        var run = Trained("export");
        var (code, _, error) = SmallWorld.Run("checkpoint", "convert", run, At("hf"), "--to", "hf");
        Assert.Equal(5, code);
        Assert.Contains("--head kinetics, moments", error, StringComparison.Ordinal);
        Run("checkpoint", "convert", run, At("hf"), "--to", "hf", "--head", "moments");
        Assert.True(File.Exists(Path.Combine(At("hf"), "model.safetensors")));
    }

    [Fact]
    public void Average_LastCheckpointsOfARun_IsTheirMean()
    {
        using var scope = NewDisposeScope();
        var run = Trained("averaged");
        var mean = At("mean.safetensors");
        Run("checkpoint", "average", run, "--last", "2", "--output", mean);

        using var file = WeightFile.Open(mean);
        using var before = WeightFile.Open(Path.Combine(run, "checkpoints", "step-000004"));
        using var after = WeightFile.Open(Path.Combine(run, "checkpoints", "step-000006"));
        foreach (var entry in file.Entries)
            TensorAssert.Close(before.Read(entry.Name).add(after.Read(entry.Name)).div(2), file.Read(entry.Name), 1e-6, entry.Name);
        // It says itself what model it is of, and can be scored and run.
        Run("eval", run, "--weights", mean, "--dataset", "ava");
        Assert.Contains("logits.kinetics", Forward(mean, Clips("c.safetensors", rand([1, 4, 32, 32, 3]))).Keys);
    }

    [Fact]
    public void Average_OtherModels_AreRefused()
    {
        var other = At("other.safetensors");
        SafetensorsWriter.Write(other, [("x", zeros(2))]);
        var (code, _, error) = SmallWorld.Run("checkpoint", "average", Timm(), other, "--output", At("mean.safetensors"));
        Assert.Equal(5, code);
        Assert.Contains("is of another model", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_InitFromARunWithADamagedCheckpoint_SaysWhatItPassedOver()
    {
        var run = Trained("damaged");
        var newest = Path.Combine(run, "checkpoints", "step-000006", "model.safetensors");
        var bytes = File.ReadAllBytes(newest);
        bytes[^1] ^= 1;
        File.WriteAllBytes(newest, bytes);
        var (code, _, error) = SmallWorld.Run("train", world.Config, $"init={run}", "steps=1", "--run-dir", world.At("from_damaged"));
        Assert.True(code == 0, error);
        Assert.Matches("weights: .*step-000004.*passed over .*step-000006", error);
    }

    [Fact]
    public void Train_InitFromAnotherSize_ResamplesPositions()
    {
        var run = Trained("small");
        var (code, _, error) = SmallWorld.Run("train", world.Config, $"init={run}", "clip.frames=6", "clip.size=48", "steps=1", "--run-dir", world.At("large"));
        Assert.True(code == 0, error);
        Assert.Contains("trunk.encoder.positions 2x4x4 to 3x6x6", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_InitFromImageVit_TakesTheTrunk()
    {
        using var scope = NewDisposeScope();
        var (code, _, error) = SmallWorld.Run("train", world.Config, $"init.from={Timm()}", "init.tubelet=inflation", "steps=1", "--run-dir", world.At("from_image"));
        Assert.True(code == 0, error);
        Assert.Matches(@"taken +\d+  trunk.encoder", error);
        Assert.Contains("as the same for every frame", error, StringComparison.Ordinal);
        Assert.Matches(@"unused +2  head", error);
    }

    [Fact]
    public void Summary_WithoutData_TakesStatedClassCounts()
    {
        string[] summary = ["model", "summary", Path.Combine(RepositoryFolder.Path, "configs", "kinetics400.yaml"), "data_root=/nowhere"];
        var (code, output, error) = SmallWorld.Run([.. summary, "--json"]);
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        // ViViT-B/16x2 with 400 classes.
        Assert.Equal(88_954_000, json.RootElement.GetProperty("parameters").GetInt64());
        Assert.Equal(451.5, json.RootElement.GetProperty("gmacs_per_clip").GetDouble(), 0.05);
        Assert.Equal(["trunk.embedding", "trunk.encoder", "heads.kinetics400"], json.RootElement.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));

        (code, output, error) = SmallWorld.Run([.. summary, "~datasets.kinetics400.class_count"]);
        Assert.Equal(0, code);
        Assert.Contains("heads.kinetics400 is left out", error, StringComparison.Ordinal);
        Assert.Contains("88,646,400", output, StringComparison.Ordinal);
    }

    private string Timm() => ForeignFiles.Write(_folder, "timm.safetensors", ForeignFiles.TimmVit());

    private string At(string name) => Path.Combine(_folder.Path, name);

    private string Clips(string name, Tensor clips)
    {
        SafetensorsWriter.Write(At(name), [("input", clips)]);
        return At(name);
    }

    private string Trained(string name)
    {
        var run = world.At($"weights-{name}");
        Run("train", world.Config, "--run-dir", run, "--quiet");
        return run;
    }

    private Dictionary<string, Tensor> Forward(string weights, string input, params string[] more)
    {
        var output = At($"{Guid.NewGuid()}.safetensors");
        Run(["model", "forward", weights, "--input", input, "--output", output, .. more]);
        using var file = WeightFile.Open(output);
        return file.Entries.ToDictionary(entry => entry.Name, entry => file.Read(entry.Name));
    }

    private static void Run(params string[] arguments)
    {
        var (code, _, error) = SmallWorld.Run(arguments);
        Assert.True(code == 0, error);
    }
}
