using System.Diagnostics;
using System.Text.Json;
using CoFinetune.Data.Video.Isolation;
using CoFinetune.Data.Video.Native;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

/// <summary>Datasets whose videos are folders of images, through the commands.</summary>
public sealed class FrameFolderTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    private const double FrameRate = 12;                       // of the synthetic world

    /// <summary>The world with every video as a folder of images: kinetics as <c>img_00001.jpg</c>, ava as <c>ID_000001.jpg</c>, moments from 0 as png.</summary>
    private string Images
    {
        get
        {
            var root = world.At("images");
            if (Directory.Exists(root)) return root;
            foreach (var file in Directory.EnumerateFiles(world.World, "*", SearchOption.AllDirectories))
            {
                var relative = Path.GetRelativePath(world.World, file);
                var target = Path.Combine(root, Path.ChangeExtension(relative, null));
                if (Path.GetExtension(file) != ".mp4")
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                    File.Copy(file, Path.Combine(root, relative));
                    continue;
                }
                Directory.CreateDirectory(target);
                var (pattern, first) = relative.Split('/')[0] switch
                {
                    "kinetics" => ("img_%05d.jpg", 1),
                    "ava" => ($"{Path.GetFileName(target)}_%06d.jpg", 1),
                    _ => ("%d.png", 0),
                };
                Ffmpeg("-i", file, "-start_number", $"{first}", "-q:v", "2", Path.Combine(target, pattern));
            }
            foreach (var list in Directory.EnumerateFiles(root, "*Set.csv", SearchOption.AllDirectories))
                File.WriteAllText(list, File.ReadAllText(list).Replace(".mp4", "", StringComparison.Ordinal));
            return root;
        }
    }

    private string[] Overrides => [$"data_root={Images}", .. new[] { "kinetics", "moments", "ava" }.Select(name => $"datasets.{name}.data.frame_rate={FrameRate}")];

    [FfmpegFact]
    public void Train_OnFoldersOfImages_TrainsAndScoresEveryDataset()
    {
        var run = world.At("run");
        var (code, output, error) = SmallWorld.Run(["train", world.Config, "--run-dir", run, "--json", "steps=2", .. Overrides]);
        Assert.True(code == 0, error);
        using var summary = JsonDocument.Parse(output);
        foreach (var metric in new[] { "kinetics.top1", "moments.top1", "ava.map" })
            Assert.True(summary.RootElement.GetProperty("last").TryGetProperty(metric, out _), metric);
        (code, _, error) = SmallWorld.Run("eval", run);
        Assert.True(code == 0, error);
    }

    [FfmpegFact]
    public void DataCommands_OnFoldersOfImages_ReadThem()
    {
        var check = SmallWorld.Run(["data", "check", world.Config, .. Overrides]);
        Assert.Equal((0, ""), (check.ExitCode, check.Out));
        Assert.Contains("34 videos checked, all can be decoded", check.Error, StringComparison.Ordinal);
        Assert.Equal(Seconds(), Seconds(Overrides), 0.01);
        Assert.Equal(0, SmallWorld.Run(["data", "show", world.Config, "--count", "2", "--output", world.At("sheet.png"), .. Overrides]).ExitCode);

        var copies = world.At("copies");
        var prepare = SmallWorld.Run(["data", "prepare", world.Config, copies, .. Overrides]);
        Assert.True(prepare.ExitCode == 0, prepare.Error);
        Assert.Equal(Seconds(), Seconds([.. Overrides, .. new[] { "kinetics", "moments", "ava" }.Select(name => $"datasets.{name}.data.prepared={copies}")]), 0.01);

        var bench = SmallWorld.Run(["bench", "data", world.Config, "--seconds", "1", "--json", .. Overrides]);
        Assert.True(bench.ExitCode == 0, bench.Error);
        using var json = JsonDocument.Parse(bench.Out);
        foreach (var row in json.RootElement.GetProperty("results").EnumerateArray()) Assert.Equal(0, row.GetProperty("failed").GetInt32());
    }

    [FfmpegFact]
    public void Decode_InAWorker_GivesTheSameFramesAndMessages()
    {
        var folder = world.At("folder");
        Directory.CreateDirectory(folder);
        Ffmpeg("-f", "lavfi", "-i", "testsrc2=s=90x66:r=25:d=0.5", Path.Combine(folder, "%03d.jpg"));
        using var isolated = IsolatedDecoder.Start(TimeSpan.FromSeconds(30), out var reason) ?? throw new InvalidOperationException(reason);
        var inproc = new LibavDecoder();
        Assert.Equal(inproc.Probe(folder, default), isolated.Probe(folder, default));
        int[] frames = [0, 3, 9];
        var bytes = frames.Length * 32 * 48 * 3;
        Assert.Equal(inproc.Decode(folder, frames, 32, 48, default).Pixels[..bytes], isolated.Decode(folder, frames, 32, 48, default).Pixels[..bytes]);
        var damaged = Path.Combine(folder, "004.jpg");
        File.WriteAllBytes(damaged, File.ReadAllBytes(damaged)[..1500]);
        var error = Assert.Throws<CoFinetune.Data.DataException>(() => isolated.Decode(folder, frames, 32, 48, default));
        Assert.Equal(folder, error.File);
        Assert.StartsWith("004.jpg is damaged or cut off", error.Problem, StringComparison.Ordinal);
    }

    private double Seconds(params string[] overrides)
    {
        var (code, output, error) = SmallWorld.Run(["data", "stats", world.Config, "--json", .. overrides]);
        Assert.True(code == 0, error);
        using var json = JsonDocument.Parse(output);
        return json.RootElement.GetProperty("datasets").EnumerateObject().Sum(dataset => dataset.Value.GetProperty("train").GetProperty("seconds").GetDouble());
    }

    private static void Ffmpeg(params string[] arguments)
    {
        using var process = Process.Start("ffmpeg", ["-v", "error", .. arguments]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
