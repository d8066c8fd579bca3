using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Benchmarks;

namespace CoFinetune.Cli.Commands;

/// <summary><c>bench eval</c>: how long the score of a large predictions file takes; torch is never loaded.</summary>
internal static class EvalBenchCommand
{
    private const ulong Seed = 1;

    public static Command Create(Func<ParseResult, Session> session)
    {
        var videos = new Option<int>("--videos") { HelpName = "N", Description = "Movies; AVA's validation split has 64", DefaultValueFactory = _ => 64 }.AtLeast(1);
        var keyframes = new Option<int>("--keyframes") { HelpName = "N", Description = "Annotated seconds of each: AVA has 897, a quarter is the default", DefaultValueFactory = _ => 225 }.AtLeast(1);
        var draws = new Option<int>("--bootstrap") { HelpName = "N", Description = "Draws of the videos for confidence intervals", DefaultValueFactory = _ => 1000 }.AtLeast(1);
        var noCap = new Option<bool>("--no-cap") { Description = "Count all detections of a keyframe, not only the best 50" };
        var keep = new Option<string?>("--keep") { HelpName = "DIR", Description = "Leave the made-up files in this folder" };
        var command = new Command("eval", "Reading, scoring and confidence intervals of a predictions file of AVA's size") { videos, keyframes, draws, noCap, keep };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(keep) is { } kept ? Directory.CreateDirectory(kept) : Directory.CreateTempSubdirectory("cofinetune-bench-");
            try
            {
                session(parsed).Say($"writing made-up files of {parsed.GetValue(videos)} movies into {folder.FullName}");
                var files = new AvaBenchFiles(folder.FullName, parsed.GetValue(videos), parsed.GetValue(keyframes), Seed);
                var protocol = parsed.GetValue(noCap) ? AvaProtocol.Official2019 with { Cap = null } : AvaProtocol.Official2019;
                Print(session(parsed), EvalBench.Run(files, protocol, parsed.GetValue(draws), session(parsed).Time), parsed.GetValue(draws));
                return ExitCodes.Ok;
            }
            finally
            {
                if (parsed.GetValue(keep) is null) folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static void Print(Session session, EvalBenchResult result, int draws)
    {
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["schema_version"] = 1,
                ["images"] = result.Keyframes,
                ["groundtruth"] = result.GroundTruth,
                ["detections"] = result.Detections,
                ["map"] = result.Map,
                ["reading_s"] = result.Reading,
                ["scoring_s"] = result.Scoring,
                ["resamples"] = draws,
                ["intervals_s"] = result.Intervals,
            }));
            return;
        }
        session.Out.WriteLine($"{result.Keyframes:N0} keyframes, {result.GroundTruth:N0} ground truth boxes, {result.Detections:N0} predictions, frame-mAP {result.Map:0.000000}");
        var table = new TextTable("part", "seconds");
        table.Add("reading", $"{result.Reading:0.000}");
        table.Add("scoring", $"{result.Scoring:0.000}");
        table.Add($"intervals, {draws} draws", $"{result.Intervals:0.000}");
        session.Out.Write(table);
    }
}
