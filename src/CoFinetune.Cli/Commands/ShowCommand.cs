using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Pictures;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>data show CONFIG</c>: a picture of what the model will see, boxes and labels included; needs no libtorch.</summary>
internal static class ShowCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("config") { HelpName = "CONFIG", Description = "A run file" };
        var overrides = OverrideArgument.Create();
        var names = new Option<string[]>("--dataset") { HelpName = "NAME", Description = "Show only this dataset of the run; may be given again" };
        var split = new Option<string>("--split") { HelpName = "train|val", Description = "The first clips that training draws, augmented; or clips of the test view", DefaultValueFactory = _ => "train" };
        split.AcceptOnlyFromAmong("train", "val");
        var count = new Option<int>("--count") { HelpName = "N", Description = "Clips of each dataset", DefaultValueFactory = _ => 4 };
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 200) result.AddError("--count is from 1 to 200");
        });
        var output = new Option<string>("--output") { HelpName = "SHEET.png", Description = "The picture to write", DefaultValueFactory = _ => "sheet.png" };
        var command = new Command("show", "Draw a sheet of clips as the model sees them, with boxes and labels") { path, overrides, names, split, count, output };
        command.SetAction(parsed =>
        {
            var stop = session(parsed).Stop;
            try
            {
                var config = RunFile.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides)).Value;
                var part = parsed.GetValue(split) == "val" ? DataSplit.Validation : DataSplit.Train;
                return Show(session(parsed), config, parsed.GetValue(names) ?? [], part, parsed.GetValue(count), parsed.GetRequiredValue(output));
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                return stop.ExitCode;
            }
        });
        return command;
    }

    private static int Show(Session session, RunConfig config, string[] names, DataSplit split, int count, string output)
    {
        var unknown = names.FirstOrDefault(name => !config.Datasets.ContainsKey(name));
        if (unknown is not null)
        {
            ErrorText.Print(session, new CommandFailure("usage", $"the run has no dataset '{unknown}'", Hint: $"one of {string.Join(", ", config.Datasets.Keys)}"), ExitCodes.Usage);
            return ExitCodes.Usage;
        }
        var stop = session.Stop.Begin("stopping");
        using var decoder = new SessionDecoder(session, config.Data);
        var rows = Rows(config, decoder.Videos, names, split, count, stop).ToList();
        if (Path.GetDirectoryName(output) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        using (var file = File.Create(output)) PngWriter.Write(file, ContactSheet.Draw(rows));
        session.Out.WriteLine(session.Json ? ToJson(output, rows) : $"wrote {output}: {rows.Count} clips");
        return ExitCodes.Ok;
    }

    private static IEnumerable<SheetRow> Rows(RunConfig config, IVideoDecoder decoder, string[] names, DataSplit split, int count, CancellationToken stop)
    {
        var frames = new FrameCache(decoder, (long)config.Data.CacheMb << 20);
        foreach (var ((name, block), index) in config.Datasets.Select((pair, index) => (pair, index)))
        {
            if (names.Length > 0 && !names.Contains(name)) continue;
            var source = new ClipSource(name, block.Data.Open(split, config.DataRoot), block.Data);
            var loader = new ClipLoader([source], config.Clip, frames);
            foreach (var request in Requests(config, index, source.Dataset.Items.Count, split).Take(count))
            {
                var shape = loader.ShapeOf(request, stop);
                var pixels = new byte[shape.Bytes];
                var sample = loader.Load(request, pixels, stop);
                yield return new SheetRow(source, sample, shape, pixels);
            }
        }
    }

    /// <summary>What training draws of the dataset from its first step on; or the entries of the test split in a shuffled order, each once.</summary>
    private static IEnumerable<SampleRequest> Requests(RunConfig config, int dataset, int items, DataSplit split)
    {
        if (split == DataSplit.Train)
        {
            var draws = new DatasetDraws(dataset, items, (ulong)config.Seed);
            for (var draw = 0L; ; draw++) yield return draws[draw] with { Dataset = 0 };
        }
        var order = new EpochOrder(items, KeyedHash.Derive((ulong)config.Seed, Purpose.Order, (ulong)dataset));
        for (var draw = 0; draw < items; draw++) yield return new SampleRequest(0, order[draw], null);
    }

    private static string ToJson(string output, IReadOnlyList<SheetRow> rows) => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["schema_version"] = 1,
        ["output"] = output,
        ["clips"] = rows.Select(row => new Dictionary<string, object?>
        {
            ["dataset"] = row.Source.Name,
            ["name"] = row.Sample.Source.Name,
            ["timestamp"] = row.Sample.Source.Timestamp,
            ["shape"] = new[] { row.Shape.Frames, row.Shape.Height, row.Shape.Width, 3 },
            ["persons"] = row.Persons.Count,
        }),
    });
}
