using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models.Native;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Models;
using static TorchSharp.torch;

namespace CoFinetune.Cli.Commands;

/// <summary><c>checkpoint average</c>: the mean of several checkpoints' weights.</summary>
internal static class AverageCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var paths = new Argument<string[]>("paths") { HelpName = "PATH", Description = "Checkpoints, runs (with --last) or weight files of one model", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output") { HelpName = "OUT.safetensors", Description = "The file to write; init: and eval --weights take it", Required = true };
        var last = new Option<int?>("--last") { HelpName = "N", Description = "Of a run: its last N checkpoints" }.AtLeast(1);
        var force = new Option<bool>("--force") { Description = "Replace OUT" };
        var command = new Command("average", "Average the weights of several checkpoints") { paths, output, last, force };
        command.SetAction(parsed =>
        {
            var target = parsed.GetRequiredValue(output);
            if (Path.Exists(target) && !parsed.GetValue(force)) throw new CheckpointException(target, "is there already", "name another file, or give --force");
            string[] places = [.. parsed.GetRequiredValue(paths).SelectMany(path => Places(path, parsed.GetValue(last)))];
            Average(places, target);
            if (session(parsed).Json) session(parsed).Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?> { ["schema_version"] = 1, ["path"] = target, ["averaged"] = places }));
            else session(parsed).Out.WriteLine($"wrote {target}, the mean of {string.Join(", ", places)}");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Average(string[] places, string target)
    {
        var files = new List<WeightFile>();
        try
        {
            var metadata = LoadedModel.MetadataOf(places[0]);
            foreach (var place in places) files.Add(WeightFile.Open(LoadedModel.WeightsAt(place)));
            NativeTorch.Load();
            using var scope = NewDisposeScope();
            ModelWriter.WriteFile(target, WeightAverage.Of(files), metadata);
        }
        finally
        {
            foreach (var file in files) file.Dispose();
        }
    }

    private static IReadOnlyList<string> Places(string path, int? last)
    {
        if (last is not { } count) return [path];
        var found = new CheckpointStore(Path.Combine(path, "checkpoints"), keep: 1).Checkpoints;
        return found.Count >= count
            ? [.. found.OrderBy(place => place, StringComparer.Ordinal).TakeLast(count)]
            : throw new CheckpointException(path, $"has {found.Count} checkpoints, --last asks for {count}", "checkpoint.keep decides how many a run keeps");
    }
}
