using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.EndToEnd;

public sealed class PredictTests(TrainedWorld trained) : IClassFixture<TrainedWorld>
{
    private readonly SmallWorld _world = trained.World;

    private string Ava => Path.Combine(_world.World, "ava");

    private string Boxes => Path.Combine(Ava, "ava_val_predicted_boxes.csv");

    private IReadOnlyList<string> Videos => [.. File.ReadLines(Boxes).Select(line => line.Split(',')[0]).Distinct().Select(id => Path.Combine(Ava, "videos", $"{id}.mp4"))];

    [FfmpegFact]
    public void Predict_ValidationVideosWithTheirBoxes_EqualsEvalToTheLastDigit()
    {
        // One clip at a time: with others beside it, products as small as this world's are summed in another order.
        Ok("eval", trained.Run, "evaluate.batch=1", "threads=1", "--dataset", "ava", "--predictions", _world.At("eval.csv"));
        var scored = File.ReadAllLines(_world.At("eval.csv"));
        var keyframes = scored.Select(Keyframe).ToHashSet();
        var predicted = new List<string>();
        foreach (var video in Videos)
        {
            Ok("predict", trained.Run, video, "evaluate.batch=1", "threads=1", "--boxes", Boxes, "--predictions", _world.At("predict.csv"));
            predicted.AddRange(File.ReadAllLines(_world.At("predict.csv")));
        }
        // eval leaves the excluded timestamps out.
        Assert.True(scored.Length > 100, $"only {scored.Length} rows");
        Assert.Equal(scored.Order(StringComparer.Ordinal), predicted.Where(row => keyframes.Contains(Keyframe(row))).Order(StringComparer.Ordinal));

        Ok(["predict", trained.Run, .. Videos, "--boxes", Boxes, "--predictions", _world.At("all.csv")]);
        var all = File.ReadAllLines(_world.At("all.csv"));
        Assert.Equal(predicted.Select(row => row[..row.LastIndexOf(',')]), all.Select(row => row[..row.LastIndexOf(',')]));
        Assert.All(predicted.Zip(all), pair => Assert.Equal(Score(pair.First), Score(pair.Second), 1e-5));
        Ok("score", "--groundtruth", Path.Combine(Ava, "ava_val.csv"), "--labels", Path.Combine(Ava, "ava_action_list.pbtxt"), "--predictions", _world.At("all.csv"));

        static double Score(string row) => double.Parse(row.Split(',')[^1], CultureInfo.InvariantCulture);

        static string Keyframe(string row) => string.Join(',', row.Split(',').Take(2));
    }

    [FfmpegFact]
    public void Predict_AValidationClip_HasTheProbabilitiesOfEval()
    {
        Ok("eval", trained.Run, "--dataset", "kinetics", "evaluate.views=2", "evaluate.batch=2", "threads=1", "--predictions", _world.At("clips.csv"));
        foreach (var row in File.ReadLines(_world.At("clips.csv")).Skip(1).Select(line => line.Split(',')))
        {
            var video = Directory.GetFiles(Path.Combine(_world.World, "kinetics"), $"{row[0]}.mp4", SearchOption.AllDirectories).Single();
            Ok("predict", trained.Run, video, "--dataset", "kinetics", "evaluate.views=2", "evaluate.batch=2", "threads=1", "--predictions", _world.At("clip.csv"));
            var written = File.ReadAllLines(_world.At("clip.csv"));
            Assert.Equal("name,timestamp,id1,probability1,id2,probability2,id3,probability3,id4,probability4,id5,probability5", written[0]);
            Assert.Equal([row[0], "", .. row[2..]], Assert.Single(written.Skip(1)).Split(','));
        }
    }

    [FfmpegFact]
    public void Predict_WithoutBoxes_TakesTheWholeFrameAtEverySecond()
    {
        var (code, output, error) = SmallWorld.Run("predict", trained.Run, Videos[0], "--json", "--top-k", "2");
        Assert.True(code == 0, error);
        Assert.StartsWith("no --boxes and no --detector: the whole frame is taken for one person", error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(1, json.RootElement.GetProperty("schema_version").GetInt32());
        var video = Assert.Single(json.RootElement.GetProperty("videos").EnumerateArray());
        var keyframes = video.GetProperty("datasets").GetProperty("ava").GetProperty("keyframes").EnumerateArray().ToList();
        // Four seconds and what the world adds at the ends.
        var seconds = (int)Math.Ceiling(video.GetProperty("frames").GetInt32() / video.GetProperty("frame_rate").GetDouble());
        Assert.Equal(Enumerable.Range(0, seconds).Select(second => $"{second}"), keyframes.Select(keyframe => keyframe.GetProperty("timestamp").GetString()));
        Assert.All(keyframes, keyframe =>
        {
            var person = Assert.Single(keyframe.GetProperty("persons").EnumerateArray());
            Assert.Equal([0, 0, 1, 1], person.GetProperty("box").EnumerateArray().Select(side => side.GetDouble()));
            var scores = person.GetProperty("actions").EnumerateArray().Select(action => action.GetProperty("score").GetDouble()).ToList();
            Assert.Equal(2, scores.Count);
            Assert.True(scores[0] >= scores[1]);
        });
    }

    [FfmpegFact]
    public void Predict_WholeClips_BySecondOrAtOnce()
    {
        string[] command = ["predict", trained.Run, Videos[0], "--dataset", "kinetics", "--dataset", "moments", "--json"];
        Assert.All(Clips(command), clips => Assert.Equal([JsonValueKind.Null], clips));
        var seconds = Clips([.. command, "--per-second"]);
        Assert.All(seconds, clips => Assert.All(clips, kind => Assert.Equal(JsonValueKind.Number, kind)));
        Assert.All(seconds, clips => Assert.True(clips.Count > 3));

        List<List<JsonValueKind>> Clips(string[] arguments)
        {
            using var json = JsonDocument.Parse(Ok(arguments).Out);
            return [.. json.RootElement.GetProperty("videos")[0].GetProperty("datasets").EnumerateObject().Select(head => head.Value.GetProperty("clips").EnumerateArray().Select(clip => clip.GetProperty("seconds").ValueKind).ToList())];
        }
    }

    [FfmpegFact]
    public void Predict_WithADetector_PutsItsPersonsInAVAsRows()
    {
        var detector = new OnnxModel([1, 3, 64, 64]).With("boxes", [2, 4], 16, 16, 48, 48, 0, 0, 8, 8).WithWhole("labels", [2], 1, 1).With("scores", [2], 0.9f, 0.3f).Write(_world.At("detector.onnx"));
        Ok("predict", trained.Run, Videos[0], "--detector", detector, "--predictions", _world.At("detected.csv"));
        var rows = File.ReadAllLines(_world.At("detected.csv")).Select(row => row.Split(',')).ToList();
        Assert.All(rows, row => Assert.Equal(["0.25", "0.25", "0.75", "0.75"], row[2..6]));

        var (code, output, _) = SmallWorld.Run("predict", trained.Run, Videos[0], "--detector", detector, "--detector-threshold", "0.95");
        Assert.Equal(0, code);
        Assert.Matches(@"no person in any of \d+ seconds", output);
    }

    [FfmpegFact]
    public void Predict_ANameOutsideOfAscii_IsNameEverywhere()
    {
        var video = _world.At("Grüße 走.mp4");
        File.Copy(Videos[0], video, overwrite: true);
        var boxes = _world.At("grüße.csv");
        File.WriteAllText(boxes, "Grüße 走,1,0.1,0.1,0.6,0.9\nGrüße 走,900,0.1,0.1,0.6,0.9\n");
        var (_, _, error) = Ok("predict", trained.Run, video, "--boxes", boxes, "--predictions", _world.At("grüße_out.csv"));
        Assert.Contains("1 of its 2 times for 'Grüße 走' (from 1 to 900) lie outside of the video", error, StringComparison.Ordinal);
        Assert.All(File.ReadLines(_world.At("grüße_out.csv")), row => Assert.StartsWith("Grüße 走,1,0.1,0.1,0.6,0.9,", row, StringComparison.Ordinal));
    }

    [FfmpegFact]
    public void Predict_SecondsOfAMovie_AreMovedByTheOffset()
    {
        var boxes = _world.At("movie.csv");
        File.WriteAllText(boxes, "movie,0901,0.1,0.1,0.6,0.9\n");
        var (code, _, error) = SmallWorld.Run("predict", trained.Run, Videos[0], "--boxes", boxes);
        Assert.Equal(4, code);
        Assert.Contains("`--offset 0901`", error, StringComparison.Ordinal);
        Ok("predict", trained.Run, Videos[0], "--boxes", boxes, "--offset", "900", "--predictions", _world.At("movie_out.csv"));
        Assert.All(File.ReadLines(_world.At("movie_out.csv")), row => Assert.StartsWith("movie,0901,", row, StringComparison.Ordinal));
    }

    [FfmpegFact]
    public void Predict_Overlay_KeepsFramesAndSizeAndDrawsBoxes()
    {
        var folder = _world.At("overlay");
        Ok("predict", trained.Run, Videos[0], "--boxes", Boxes, "--overlay", folder, "--stills", "2");
        var name = Path.GetFileNameWithoutExtension(Videos[0]);
        Assert.Equal(Probe(Videos[0]), Probe(Path.Combine(folder, $"{name}.mp4")));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder, name), "*.png").Length);
        Assert.Empty(Directory.GetFiles(folder, "*.part"));
    }

    [FfmpegTheory]
    [InlineData(4, "no such video file", "nowhere.mp4")]
    [InlineData(4, "is empty", "empty.mp4")]
    [InlineData(4, "cannot be opened", "text.mp4")]
    [InlineData(4, "holds no video", "sound.m4a")]
    [InlineData(2, "are both called 'clip'", "clip.mp4", "other/clip.mp4")]
    [InlineData(2, "both say where persons are", "clip.mp4", "--boxes", "b.csv", "--detector", "d.onnx")]
    [InlineData(2, "--boxes is for heads that detect actions of persons; kinetics scores whole clips", "clip.mp4", "--boxes", "b.csv", "--dataset", "kinetics")]
    [InlineData(2, "the run has no dataset 'avva'", "clip.mp4", "--dataset", "avva")]
    [InlineData(2, "no VIDEO is given", "data_root=/nowhere")]
    [InlineData(2, "unknown option '--box'", "clip.mp4", "--box")]
    [InlineData(2, "--top-k is at least 1", "clip.mp4", "--top-k", "0")]
    [InlineData(2, "'1.5' is not a number from 0 to 1", "clip.mp4", "--threshold", "1.5")]
    [InlineData(3, "unknown key 'frame'", "clip.mp4", "clip.frame=3")]
    [InlineData(4, "/nowhere/ava/ava_action_list.pbtxt", "clip.mp4", "data_root=/nowhere")]
    [InlineData(4, "has no boxes for 'clip'; it is about 'a', 'b'", "clip.mp4", "--boxes", "b.csv")]
    [InlineData(4, "none.csv: no such file", "clip.mp4", "--boxes", "none.csv")]
    [InlineData(4, "none.onnx: no such file", "clip.mp4", "--detector", "none.onnx")]
    [InlineData(1, "--predictions text.mp4/out.csv: cannot be written", "clip.mp4", "--predictions", "text.mp4/out.csv")]
    [InlineData(1, "--overlay text.mp4: cannot be written to", "clip.mp4", "--overlay", "text.mp4")]
    public void Predict_WhatCannotBe_SaysWhyWithItsCode(int code, string problem, params string[] arguments)
    {
        var folder = _world.At("odd");
        if (!Directory.Exists(folder)) Fill(folder);
        var at = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder;
            var (exit, output, error) = SmallWorld.Run(["predict", trained.Run, .. arguments]);
            Assert.True(exit == code, error);
            Assert.Contains(problem, error, StringComparison.Ordinal);
            Assert.Single(error.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
            Assert.Empty(output);
        }
        finally
        {
            Environment.CurrentDirectory = at;
        }
    }

    [FfmpegFact]
    public void Predict_OneDamagedVideoOfTwo_DoesTheOther()
    {
        // The last packets are overwritten: it opens, and cannot be decoded at its end.
        var damaged = _world.At("damaged.mp4");
        var bytes = File.ReadAllBytes(Videos[0]);
        for (var i = bytes.Length / 4; i < bytes.Length * 3 / 4; i++) bytes[i] = 0xA5;
        File.WriteAllBytes(damaged, bytes);
        var (code, output, error) = SmallWorld.Run("predict", trained.Run, damaged, Videos[1], "--json");
        Assert.True(code == 4, error);
        Assert.Contains("\"file\":\"" + damaged, error, StringComparison.Ordinal);
        if (output.Length == 0) return;                        // damage that shows when the file is opened ends the command
        using var json = JsonDocument.Parse(output);
        Assert.Equal(Videos[1], Assert.Single(json.RootElement.GetProperty("videos").EnumerateArray()).GetProperty("path").GetString());
    }

    [FfmpegFact]
    public void Predict_DiskFull_SaysSoAndLeavesNoFile()
    {
        if (!File.Exists("/dev/full")) return;
        var file = _world.At("full.csv");
        File.CreateSymbolicLink($"{file}.part", "/dev/full");
        var (code, _, error) = SmallWorld.Run("predict", trained.Run, Videos[0], "--predictions", file);
        Assert.Equal(1, code);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    private void Fill(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "other"));
        File.Copy(Videos[0], Path.Combine(folder, "clip.mp4"));
        File.Copy(Videos[0], Path.Combine(folder, "other", "clip.mp4"));
        File.WriteAllText(Path.Combine(folder, "empty.mp4"), "");
        File.WriteAllText(Path.Combine(folder, "text.mp4"), "no video");
        File.WriteAllText(Path.Combine(folder, "b.csv"), "a,1,0.1,0.1,0.6,0.9\nb,1,0.1,0.1,0.6,0.9\n");
        using var sound = Process.Start("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=duration=1", Path.Combine(folder, "sound.m4a")]);
        sound.WaitForExit();
    }

    private static (int ExitCode, string Out, string Error) Ok(params string[] arguments)
    {
        var run = SmallWorld.Run(arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static string Probe(string video)
    {
        var start = new ProcessStartInfo("ffprobe", ["-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height,nb_frames:packet=pts_time", "-of", "json", video]) { RedirectStandardOutput = true };
        using var probe = Process.Start(start)!;
        using var json = JsonDocument.Parse(probe.StandardOutput.ReadToEnd());
        var times = json.RootElement.GetProperty("packets").EnumerateArray().Select(packet => double.Parse(packet.GetProperty("pts_time").GetString()!, CultureInfo.InvariantCulture)).Order();
        return $"{json.RootElement.GetProperty("streams")} {string.Join(' ', times.Select(time => time.ToString("0.000", CultureInfo.InvariantCulture)))}";
    }
}
