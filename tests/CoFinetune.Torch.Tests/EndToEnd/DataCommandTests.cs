using System.Text.Json;
using CoFinetune.Data.Checks;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

public sealed class DataCommandTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Check_SoundWorld_IsFine()
    {
        var (code, output, error) = SmallWorld.Run("data", "check", world.Config);
        Assert.Equal((0, ""), (code, output));
        Assert.Contains("34 videos checked, all can be decoded", error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Synth_Options_SayHowMuchIsWritten()
    {
        var folder = world.At("scarce");
        var (code, _, error) = SmallWorld.Run(
            "data", "synth", folder, "--frame-size", "32", "--kinetics", "13", "--kinetics-val", "2", "--moments", "3", "--moments-val", "1", "--ava", "2", "--ava-val", "1", "--ava-seconds", "3");
        Assert.True(code == 0, error);
        int[] videos = [.. new[] { "kinetics/videos", "moments/training", "moments/validation", "ava/videos" }.Select(part =>
            Directory.GetFiles(Path.Combine(folder, part), "*.mp4", SearchOption.AllDirectories).Length)];
        Assert.Equal([15, 3, 1, 3], videos);
        // Keyframes at seconds 1 and 2 of two films.
        Assert.Equal(4, File.ReadLines(Path.Combine(folder, "ava", "ava_train.csv")).Select(row => string.Join(',', row.Split(',')[..2])).Distinct().Count());
    }

    [Theory]
    [InlineData("--frame-size", "33", "--frame-size is even")]
    [InlineData("--frame-size", "16", "--frame-size is at least 32")]
    [InlineData("--kinetics", "11", "--kinetics is at least 12")]
    [InlineData("--ava-seconds", "1", "--ava-seconds is at least 2")]
    public void Synth_ImpossibleSize_IsRefused(string option, string value, string message)
    {
        var (code, _, error) = SmallWorld.Run("data", "synth", world.At("none"), option, value);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Check_List_NamesWhatIsBadAndKeepsToTheBudget()
    {
        var root = world.At("listed");
        Directory.CreateDirectory(root);
        var sound = Directory.GetFiles(Path.Combine(world.World, "kinetics"), "*.mp4", SearchOption.AllDirectories)[0];
        File.Copy(sound, Path.Combine(root, "good.mp4"));
        File.WriteAllBytes(Path.Combine(root, "cut.mp4"), File.ReadAllBytes(sound)[..200]);
        File.WriteAllText(Path.Combine(root, "empty.mp4"), "");
        var list = world.At("list.txt");
        File.WriteAllText(list, "good.mp4 0\ncut.mp4 1\nempty.mp4 0\nmissing.mp4 1\ngood.mp4 0\n");

        var (code, output, error) = SmallWorld.Run("data", "check", "--list", list, "--root", root);
        Assert.Equal(4, code);
        Assert.Equal(["path,reason", "empty.mp4,empty", "missing.mp4,missing"], output.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("cut", StringComparison.Ordinal)));
        Assert.Contains("cut.mp4,", output, StringComparison.Ordinal);
        Assert.Contains("4 videos checked, 3 bad (75 %)", error, StringComparison.Ordinal);

        var asJson = SmallWorld.Run("data", "check", "--list", list, "--root", root, "--json", "--budget", "0.75");
        Assert.Equal(0, asJson.ExitCode);
        using var json = JsonDocument.Parse(asJson.Out);
        Assert.Equal((1, 4), (json.RootElement.GetProperty("schema_version").GetInt32(), json.RootElement.GetProperty("checked").GetInt32()));
        Assert.Equal(["cut.mp4", "empty.mp4", "missing.mp4"], json.RootElement.GetProperty("bad").EnumerateArray().Select(bad => bad.GetProperty("path").GetString()));
        Assert.Equal(4, SmallWorld.Run("data", "check", "--list", list, "--root", root, "--budget", "0.7").ExitCode);
    }

    /// <summary>With the standard decoder; the program is tried on the same files.</summary>
    [FfmpegFact]
    public void Check_HostileFiles_AreNamedOrPassed()
    {
        var root = world.At("hostile");
        var sound = File.ReadAllBytes(Directory.GetFiles(Path.Combine(world.World, "kinetics"), "*.mp4", SearchOption.AllDirectories)[0]);
        var paths = new List<string>();
        for (var n = 0; n < 16; n++)
        {
            var random = new KeyedRandom(KeyedHash.At(11, (ulong)n));
            var bytes = sound[..(n % 4 == 0 ? random.NextInt(sound.Length) : sound.Length)];
            for (var i = 0; i < 40 && bytes.Length > 0; i++) bytes[random.NextInt(n % 2 == 0 ? bytes.Length : Math.Min(1024, bytes.Length))] = (byte)random.NextInt(256);
            paths.Add(Write($"{n}.mp4", bytes));
        }
        paths.Add(Write("list.mp4", [.. "ffconcat version 1.0\nfile '/etc/passwd'\n"u8]));
        byte[] png = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0x30, 0, 0, 0, 0x30, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0];
        byte[][] images = [png, [0xff, 0xd8, 0xff], [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 32, 0, 32, 1, 1, 0x11, 0, .. new byte[99]], [.. "GIF89a"u8, .. new byte[99]]];
        foreach (var (n, image) in images.Index())
        {
            Write($"images{n}/img_1.jpg", image);
            paths.Add(Path.Combine(root, $"images{n}"));
        }
        File.WriteAllLines(world.At("hostile.txt"), paths.Select(path => $"{Path.GetRelativePath(root, path)} 0"));

        var (code, output, error) = SmallWorld.Run("data", "check", "--list", world.At("hostile.txt"), "--root", root);
        Assert.True(code == 4, error);
        foreach (var bad in paths[16..]) Assert.Contains($"{Path.GetRelativePath(root, bad)},", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ffmpeg program", error, StringComparison.Ordinal);
        var program = new VideoCheck(new FfmpegDecoder()).Run([.. paths.Select(path => new AnnotatedVideo(path, null, null))], 2, _ => { }, default);
        Assert.Superset(paths[16..].ToHashSet(), program.Select(video => video.Path).ToHashSet());

        string Write(string name, byte[] bytes)
        {
            var path = Path.Combine(root, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
            return path;
        }
    }

    [FfmpegTheory]
    [InlineData]
    [InlineData("CONFIG", "--list", "x")]
    [InlineData("CONFIG", "--root", "x")]
    [InlineData("CONFIG", "--budget", "2")]
    [InlineData("CONFIG", "--workers", "0")]
    public void Check_WrongArguments_AreAMistakeOfTheCommandLine(params string[] arguments) =>
        Assert.Equal(2, SmallWorld.Run([.. (string[])["data", "check"], .. arguments.Select(a => a == "CONFIG" ? world.Config : a)]).ExitCode);

    [FfmpegFact]
    public void Check_ListThatLeadsOut_IsRefused()
    {
        File.WriteAllText(world.At("out.txt"), "../small.yaml 0\n");
        var (code, _, error) = SmallWorld.Run("data", "check", "--list", world.At("out.txt"), "--root", world.World);
        Assert.Equal(4, code);
        Assert.Contains("out.txt:1: '../small.yaml' leads out", error, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Stats_OfTheWorld_CountsWhatWasWritten()
    {
        var (code, output, _) = SmallWorld.Run("data", "stats", world.Config, "--json", "--head", "2", "--tail", "1");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var kinetics = json.RootElement.GetProperty("datasets").GetProperty("kinetics");
        Assert.Equal((12, 6), (kinetics.GetProperty("train").GetProperty("clips").GetInt32(), kinetics.GetProperty("validation").GetProperty("clips").GetInt32()));
        Assert.True(kinetics.GetProperty("train").GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(12, kinetics.GetProperty("classes").EnumerateArray().Sum(c => c.GetProperty("train").GetInt32()));
        Assert.True(json.RootElement.GetProperty("datasets").GetProperty("ava").GetProperty("train").GetProperty("boxes").GetInt32() > 0);

        var text = SmallWorld.Run("data", "stats", world.Config, "--no-probe").Out;
        Assert.Contains("kinetics: 12 classes", text, StringComparison.Ordinal);
        Assert.Contains("train      12 clips of 12 videos\n", text, StringComparison.Ordinal);
    }

    [FfmpegFact]
    public void Train_ClipsOfSeveralClasses_AreScoredByMeanAveragePrecision()
    {
        var (code, _, error) = SmallWorld.Run(
            "train", world.Config, "~datasets.kinetics", "~datasets.ava", "steps=2", "checkpoint.best=moments.map", "--run-dir", world.At("multi"),
            world.WithSeveralClasses());
        Assert.True(code == 0, error);
        Assert.Contains("moments.map", File.ReadAllText(Path.Combine(world.At("multi"), "metrics.jsonl")), StringComparison.Ordinal);
        Assert.Contains("map 0.", SmallWorld.Run("eval", world.At("multi")).Out, StringComparison.Ordinal);
    }
}
