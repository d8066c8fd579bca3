using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>Each mistake gets one message with its place, and the exit code of its kind.</summary>
public sealed class WrongInputTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Config_Typo_IsLocatedWithSuggestion()
    {
        var file = Edited("typo.yaml", "weight_decay", "weigth_decay");
        var line = Array.FindIndex(File.ReadAllLines(file), text => text.Contains("weigth_decay", StringComparison.Ordinal));
        var column = File.ReadAllLines(file)[line].IndexOf("weigth_decay", StringComparison.Ordinal);
        Fails(3, ["config", "check", file], $"typo.yaml:{line + 1}:{column + 1}:", "unknown key 'weigth_decay'", "did you mean 'weight_decay'?");
    }

    [FfmpegTheory]
    [InlineData("loader.decoder=ffmpeg")]
    [InlineData("loader={workers: 2, cache_mb: 0}")]
    public void Config_BlockOfAnotherName_IsKnownByItsKeys(string change) =>
        Fails(3, ["config", "check", world.Config, change], "unknown key 'loader'", "did you mean 'data'?");

    [FfmpegFact]
    public void Config_UnknownMetric_NamesTheMetrics() =>
        Fails(3, ["train", world.Config, "checkpoint.best=ava.mapp"], "no metric is called 'ava.mapp'", "ava.map");

    [FfmpegFact]
    public void Config_HeadThatDoesNotFit_IsRefused() =>
        Fails(3, ["train", world.Config, "datasets.ava.head={type: linear}"], "head");

    [FfmpegTheory]
    [InlineData("datasets.ava.data.jitter=[]", "the smallest and the largest multiple")]
    [InlineData("datasets.ava.data.jitter=[2, 1]", "the smallest and the largest multiple")]
    [InlineData("clip.size=30", "cannot be cut into tubelets")]
    [InlineData("trunk.tubelet=[2, 32, 32]", "detection is tested on whole frames")]
    [InlineData("mixture.batch=60000", "MiB")]
    [InlineData("datasets.trunk={data: {type: kinetics, train: a, val: b}, head: {type: linear}}", "no dataset can be called 'trunk'")]
    public void Config_SettingsThatCannotWork_AreRefusedBeforeTheRun(string change, string says) => Fails(3, ["config", "check", world.Config, change], says);

    [FfmpegFact]
    public void Usage_UnknownOption_IsNoOverride() => Fails(2, ["train", world.Config, "--epoch", "3"], "'--epoch'");

    [FfmpegFact]
    public void Data_MissingVideo_IsNamed() => Fails(4, Broken("missing-video", w =>
        File.Delete(Directory.GetFiles(Path.Combine(w, "kinetics"), "*.mp4", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First())), "train.csv:", "1 of 12 videos are not in");

    [FfmpegFact]
    public void Data_TruncatedVideo_IsNamed() => Fails(4, Broken("cut-video", w =>
    {
        foreach (var file in Directory.GetFiles(Path.Combine(w, "moments", "training"), "*.mp4", SearchOption.AllDirectories))
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..(int)(new FileInfo(file).Length / 2)]);
    }), ".mp4", "dataset 'moments'");

    [FfmpegFact]
    public void Data_UnreadableLine_IsLocated() => Fails(4, Broken("bad-line", w =>
        File.AppendAllText(Path.Combine(w, "ava", "ava_train.csv"), "video,0003,0.1,zero,0.3,0.4,1,0\n")), "ava_train.csv:", "'zero'");

    [FfmpegFact]
    public void Data_LabelOutsideTheMap_IsLocated() => Fails(4, Broken("bad-label", w =>
        Replace(Path.Combine(w, "ava", "ava_train.csv"), column: 6, value: "77")), "ava_train.csv:1", "77");

    [FfmpegFact]
    public void Data_BoxOutsideTheImage_IsLocated() => Fails(4, Broken("bad-box", w =>
        Replace(Path.Combine(w, "ava", "ava_train.csv"), column: 4, value: "1.7")), "ava_train.csv:1", "1.7");

    [FfmpegFact]
    public void Data_RootThatIsNotHere_IsNamed() => Fails(4, ["train", world.Config, "data_root=nowhere"], "kinetics/train.csv: no such file", "data_root is 'nowhere', which is no folder here");

    [FfmpegFact]
    public void Checkpoint_Absent_SaysSo() => Fails(5, ["eval", world.At("nowhere")], "nowhere");

    [FfmpegTheory]
    [InlineData("FILE", "is a file, not a folder")]
    [InlineData("FILE/a/b", "cannot be made")]
    [InlineData("/proc/cofinetune", "/proc/cofinetune: ")]
    public void Train_WhereNoRunCanLive_SaysSo(string folder, string says)
    {
        var file = world.At("file");
        File.WriteAllText(file, "");
        Fails(5, ["train", world.Config, "--run-dir", folder.Replace("FILE", file, StringComparison.Ordinal)], says, "--run-dir");
    }

    [FfmpegFact]
    public void Train_WithAnEmptyArgument_IsAMistakeOfTheCommandLine() => Fails(2, ["train", world.Config, "--run-dir", ""], "an argument is empty");

    private static void Fails(int code, string[] arguments, params string[] says)
    {
        var result = SmallWorld.Run(arguments);
        Assert.True(result.ExitCode == code, $"exit code {result.ExitCode}: {result.Error}");
        foreach (var text in says) Assert.Contains(text, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at CoFinetune", result.Error, StringComparison.Ordinal);

        var asJson = SmallWorld.Run([.. arguments, "--json"]);
        Assert.Equal(code, asJson.ExitCode);
        Assert.All(
            asJson.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')),
            line => Assert.Contains($"\"exit_code\":{code}", line, StringComparison.Ordinal));
        Assert.Contains("\"error\":", asJson.Error, StringComparison.Ordinal);
    }

    private string Edited(string name, string old, string replacement)
    {
        var path = world.At(name);
        File.WriteAllText(path, File.ReadAllText(world.Config).Replace(old, replacement, StringComparison.Ordinal));
        return path;
    }

    /// <summary>A command on a copy of the world that <paramref name="damage"/> was done to.</summary>
    private string[] Broken(string name, Action<string> damage)
    {
        var copy = world.At(name);
        foreach (var file in Directory.GetFiles(world.World, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(world.World, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        damage(copy);
        return ["train", world.Config, $"data_root={copy}", "--run-dir", world.At($"run-{name}")];
    }

    private static void Replace(string file, int column, string value)
    {
        var lines = File.ReadAllLines(file);
        var fields = lines[0].Split(',');
        fields[column] = value;
        lines[0] = string.Join(',', fields);
        File.WriteAllLines(file, lines);
    }
}
