using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Preparing;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>data prepare CONFIG FOLDER</c>: copies of a run's videos that decode fast.</summary>
internal static class PrepareCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("config") { HelpName = "CONFIG", Description = "A run file" };
        var folder = new Argument<string>("folder") { HelpName = "FOLDER", Description = "Where the copies go; a run reads them with datasets.NAME.data.prepared=FOLDER" };
        var overrides = OverrideArgument.Create();
        var names = new Option<string[]>("--dataset") { HelpName = "NAME", Description = "Only this dataset of the run; may be given again" };
        var defaults = new PrepareOptions();
        var side = Number("--short-side", defaults.ShortSide, 16, 4096, "Pixels of the short side; smaller videos keep their size");
        var gop = Number("--gop", defaults.Gop, 1, 600, "Frames from one key picture to the next");
        var crf = Number("--crf", defaults.Crf, 0, 51, "x264's quality: 0 loses nothing, 51 nearly all");
        var jobs = Number("--jobs", defaults.Jobs, 1, 256, "Videos encoded at the same time");
        var command = new Command("prepare", "Re-encode a run's videos once, for fast training; goes on where it was stopped") { path, folder, overrides, names, side, gop, crf, jobs };
        command.SetAction(parsed =>
        {
            var config = RunFile.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides)).Value;
            var options = new PrepareOptions
            {
                ShortSide = parsed.GetValue(side),
                Gop = parsed.GetValue(gop),
                Crf = parsed.GetValue(crf),
                Jobs = parsed.GetValue(jobs),
            };
            return Prepare(session(parsed), config, parsed.GetValue(names) ?? [], parsed.GetRequiredValue(folder), options);
        });
        return command;
    }

    private static int Prepare(Session session, RunConfig config, string[] names, string folder, PrepareOptions options)
    {
        var stop = session.Stop.Begin("stopping; what is done stays, the same command goes on");
        if (names.FirstOrDefault(name => !config.Datasets.ContainsKey(name)) is { } unknown)
        {
            ErrorText.Print(session, new CommandFailure("usage", $"the run has no dataset '{unknown}'", Hint: $"one of {string.Join(", ", config.Datasets.Keys)}"), ExitCodes.Usage);
            return ExitCodes.Usage;
        }
        var videos = config.Datasets.Where(pair => names.Length == 0 || names.Contains(pair.Key))
            .SelectMany(pair => new[] { DataSplit.Train, DataSplit.Validation }.SelectMany(split => pair.Value.Data.Open(split, config.DataRoot).Items))
            .DistinctBy(item => item.VideoPath).ToDictionary(item => item.VideoPath, item => item.FrameRate);
        var line = new ProgressLine(session);
        try
        {
            var report = new VideoPreparer(new FfmpegDecoder { TimeLimit = TimeSpan.FromSeconds(config.Data.TimeoutSeconds) }, options).Run(
                videos, Path.GetFullPath(config.DataRoot), folder, (done, total) => line.Show(done, total, () => $"{done}/{total} videos"), stop);
            line.Clear();
            Print(session, folder, report);
            return report.Failed.Count == 0 ? ExitCodes.Ok : ExitCodes.Data;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return session.Stop.ExitCode;
        }
    }

    private static void Print(Session session, string folder, PrepareReport report)
    {
        var (before, after) = (report.Prepared.Sum(video => video.BytesBefore), report.Prepared.Sum(video => video.BytesAfter));
        foreach (var (path, reason) in report.Failed) session.Error.WriteLine($"not prepared: {path}: {reason}");
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["schema_version"] = 1,
                ["folder"] = Path.GetFullPath(folder),
                ["prepared"] = report.Prepared.Count,
                ["encoded"] = report.Encoded,
                ["bytes_before"] = before,
                ["bytes_after"] = after,
                ["failed"] = report.Failed.Select(video => new Dictionary<string, string> { ["path"] = video.Path, ["reason"] = video.Reason }),
            }));
            return;
        }
        session.Out.WriteLine($"{report.Prepared.Count} videos in {folder}, {report.Encoded} of them encoded now: {ByteText.Of(before)} before, {ByteText.Of(after)} after");
        session.Out.WriteLine($"a run reads them with datasets.NAME.data.prepared={Path.GetFullPath(folder)}");
        if (report.Failed.Count > 0) session.Out.WriteLine($"{report.Failed.Count} videos cannot be prepared");
    }

    private static Option<int> Number(string name, int standard, int least, int most, string what)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = what, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var n) && (n < least || n > most)) result.AddError($"{name} is {least} to {most}");
        });
        return option;
    }
}
