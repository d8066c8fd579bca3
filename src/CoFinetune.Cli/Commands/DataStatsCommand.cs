using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data.Checks;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>data stats</c>: what is in the datasets of a run.</summary>
internal static class DataStatsCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var config = new Argument<string>("config") { HelpName = "CONFIG", Description = "A run file" };
        var overrides = OverrideArgument.Create();
        var head = Threshold("--head", "N", "Head classes have more than N training examples", 10_000);
        var tail = Threshold("--tail", "N", "Tail classes have fewer than N training examples", 1_000);
        var noProbe = new Option<bool>("--no-probe") { Description = "Leave the videos closed: no seconds" };
        var workers = DataCheckCommand.WorkersOption();
        var command = new Command("stats", "Count clips, seconds, classes, boxes, and what is missing or in both splits") { config, overrides, head, tail, noProbe, workers };
        command.Validators.Add(result =>
        {
            if (result.GetValue(tail) > result.GetValue(head)) result.AddError("--tail is at most --head");
        });
        command.SetAction(parsed =>
        {
            var talk = session(parsed);
            var run = RunFile.Load(parsed.GetRequiredValue(config), parsed.GetRequiredValue(overrides)).Value;
            var datasets = run.Datasets.ToDictionary(pair => pair.Key, pair => DatasetStatistics.Of(pair.Value.Data, run.DataRoot));
            var stop = talk.Stop.Begin("stopping");
            try
            {
                var lengths = parsed.GetValue(noProbe) ? [] : Lengths(talk, run.Data, datasets, parsed.GetValue(workers), stop);
                var text = new StatisticsText(datasets, lengths, parsed.GetValue(head), parsed.GetValue(tail));
                if (talk.Json) talk.Out.WriteLine(JsonSerializer.Serialize(text.ToJson()));
                else text.Print(talk.Out);
                return ExitCodes.Ok;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return talk.Stop.ExitCode;
            }
        });
        return command;
    }

    private static Option<int> Threshold(string name, string help, string description, int value)
    {
        var option = new Option<int>(name) { HelpName = help, Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0) result.AddError($"{name} is at least 0");
        });
        return option;
    }

    private static Dictionary<SplitStatistics, VideoLengths> Lengths(Session session, LoaderConfig loader, Dictionary<string, DatasetStatistics> datasets, int workers, CancellationToken stop)
    {
        var splits = datasets.Values.SelectMany(dataset => new[] { dataset.Train, dataset.Validation }).ToList();
        var total = splits.Sum(split => split.Videos.Count);
        var line = new ProgressLine(session);
        var gate = new Lock();
        var done = 0;
        using var decoder = new SessionDecoder(session, loader);
        return splits.ToDictionary(split => split, split => VideoLengths.Of(split.Videos, decoder.Videos, workers, Progress, stop));

        void Progress()
        {
            lock (gate)
            {
                done++;
                line.Show(done, total, () => $"{done}/{total} videos");
            }
        }
    }
}
