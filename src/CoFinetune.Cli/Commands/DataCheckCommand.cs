using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Checks;
using CoFinetune.Data.Datasets;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>data check</c>: opens every video of a run, or of a list, and names those that cannot be trained on.</summary>
internal static class DataCheckCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Func<ParseResult, Session> session)
    {
        var config = new Argument<string?>("config") { HelpName = "CONFIG", Description = "A run file: all its datasets are checked", Arity = ArgumentArity.ZeroOrOne };
        var overrides = OverrideArgument.Create();
        var list = new Option<string?>("--list") { HelpName = "FILE", Description = "Check the videos of this list instead, lines of `path label`" };
        var root = new Option<string?>("--root") { HelpName = "DIR", Description = "The folder that the list's paths are taken from; by default the list's own" };
        var budget = new Option<double>("--budget") { HelpName = "F", Description = "Share of bad videos, 0 to 1, up to which the exit code is 0", DefaultValueFactory = _ => 0 };
        var full = new Option<bool>("--full") { Description = "Decode every frame" };
        var workers = WorkersOption();
        var command = new Command("check", "Open every video and decode its first, middle and last frame; exit code 4 when some are bad") { config, overrides, list, root, budget, full, workers };
        command.Validators.Add(result =>
        {
            var (hasConfig, hasList) = (result.GetValue(config) is not null, result.GetValue(list) is not null);
            if (hasConfig == hasList) result.AddError("name either a run file or a list: data check CONFIG, or data check --list FILE --root DIR");
            else if (hasConfig && result.GetValue(root) is not null) result.AddError("--root belongs to --list; a run file says data_root=DIR");
            else if (result.GetValue(budget) is not (>= 0 and <= 1)) result.AddError("--budget is a share from 0 to 1");
        });
        command.SetAction(parsed =>
        {
            var run = parsed.GetValue(config) is { } path ? RunFile.Load(path, parsed.GetRequiredValue(overrides)).Value : null;
            var (folder, videos) = run is null
                ? OfList(parsed.GetRequiredValue(list)!, parsed.GetValue(root) ?? Path.GetDirectoryName(Path.GetFullPath(parsed.GetRequiredValue(list)!))!)
                : OfConfig(run);
            return Check(session(parsed), run?.Data ?? new(), folder, videos, parsed.GetValue(full), parsed.GetValue(workers), parsed.GetValue(budget));
        });
        return command;
    }

    /// <summary>How many videos are open at the same time.</summary>
    internal static Option<int> WorkersOption()
    {
        var workers = new Option<int>("--workers") { HelpName = "N", Description = "Videos at the same time; by default one per core", DefaultValueFactory = _ => Environment.ProcessorCount };
        workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--workers is at least 1");
        });
        return workers;
    }

    private static int Check(Session session, LoaderConfig loader, string folder, IReadOnlyList<AnnotatedVideo> videos, bool full, int workers, double budget)
    {
        var stop = session.Stop.Begin("stopping");
        IReadOnlyList<BadVideo> bad;
        try
        {
            var line = new ProgressLine(session);
            using var decoder = new SessionDecoder(session, loader);
            bad = new VideoCheck(decoder.Videos, full).Run(videos, workers, done => line.Show(done, videos.Count, () => $"{done}/{videos.Count} videos"), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return session.Stop.ExitCode;
        }
        Print(session, folder, videos.Count, bad);
        return bad.Count > budget * videos.Count ? ExitCodes.Data : ExitCodes.Ok;
    }

    private static void Print(Session session, string folder, int count, IReadOnlyList<BadVideo> bad)
    {
        var named = bad.Select(video => (Path: Below(folder, video.Path), video.Reason)).ToList();
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["schema_version"] = 1,
                ["checked"] = count,
                ["bad"] = named.Select(video => new Dictionary<string, string> { ["path"] = video.Path, ["reason"] = video.Reason }),
            }, Readable));
            return;
        }
        if (named.Count > 0) session.Out.WriteLine(CsvText.Row("path", "reason"));
        foreach (var (path, reason) in named) session.Out.WriteLine(CsvText.Row(path, reason));
        var share = string.Create(CultureInfo.InvariantCulture, $"{100.0 * bad.Count / Math.Max(1, count):0.##} %");
        session.Say(bad.Count == 0 ? $"{count} videos checked, all can be decoded" : $"{count} videos checked, {bad.Count} bad ({share})");
    }

    private static (string Folder, IReadOnlyList<AnnotatedVideo> Videos) OfList(string file, string root)
    {
        if (!Directory.Exists(root)) throw new DataException(root, 0, "no such folder", "--root names the folder that the list's paths are taken from");
        return (Path.GetFullPath(root), [.. PathList.Videos(file, Path.GetFullPath(root)).Distinct(StringComparer.Ordinal).Select(path => new AnnotatedVideo(path, null, null))]);
    }

    private static (string Folder, IReadOnlyList<AnnotatedVideo> Videos) OfConfig(RunConfig run) =>
        (Path.GetFullPath(run.DataRoot), AnnotatedVideo.Of(run.Datasets.Values.Select(block => block.Data.WithMissingVideos()).SelectMany(data =>
            data.Open(DataSplit.Train, run.DataRoot).Items.Concat(data.Open(DataSplit.Validation, run.DataRoot).Items))));

    /// <summary>Paths are shown as lists write them: relative to the root where they are below it.</summary>
    private static string Below(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
