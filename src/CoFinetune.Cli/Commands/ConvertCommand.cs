using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models.Native;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Models;
using static TorchSharp.torch;

namespace CoFinetune.Cli.Commands;

/// <summary><c>checkpoint convert SRC DEST</c>: weights from one program's form into another's.</summary>
internal static class ConvertCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var source = new Argument<string>("src") { HelpName = "SRC", Description = "A run, a checkpoint, or a weight file or folder of ours or of another program" };
        var destination = new Argument<string>("dest") { HelpName = "DEST", Description = "A .safetensors file; a folder with --to hf" };
        var overrides = OverrideArgument.Create();
        var to = new Option<string>("--to") { HelpName = "ours|hf|raw", Description = "ours: our names; hf: Hugging Face's ViViT; raw: the tensors as they are, whatever model they are of", DefaultValueFactory = _ => "ours" };
        to.AcceptOnlyFromAmong("ours", "hf", "raw");
        var head = new Option<string?>("--head") { HelpName = "NAME", Description = "The head that becomes the classifier of --to hf" };
        var allowMissing = new Option<string[]>("--allow-missing") { HelpName = "PATTERN", Description = "Parameters that may start fresh because SRC lacks them ('trunk.temporal.*')" };
        var force = new Option<bool>("--force") { Description = "Replace DEST" };
        var command = new Command("convert", "Write weights in another form") { source, destination, overrides, to, head, allowMissing, force };
        command.SetAction(parsed =>
        {
            var target = parsed.GetRequiredValue(destination);
            if (Path.Exists(target) && !parsed.GetValue(force))
                throw new CheckpointException(target, "is there already", "name another DEST, or give --force");
            if (parsed.GetValue(to) == "raw") return Raw(session(parsed), parsed.GetRequiredValue(source), target);
            string[] changes = [.. parsed.GetRequiredValue(overrides), .. (parsed.GetValue(allowMissing) ?? []).Select(pattern => $"init.allow_missing+={JsonSerializer.Serialize(pattern)}")];
            using var model = LoadedModel.Open(parsed.GetRequiredValue(source), changes, clip: null);
            if (parsed.GetValue(to) == "hf") ModelWriter.WriteHuggingFace(model, target, parsed.GetValue(head));
            else ModelWriter.WriteOurs(model, target);
            Print(session(parsed), model, target);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static int Raw(Session session, string path, string target)
    {
        using var file = WeightFile.Open(LoadedModel.WeightsAt(path));
        NativeTorch.Load();
        using var scope = NewDisposeScope();
        ModelWriter.WriteFile(target, [.. file.Entries.Select(entry => (entry.Name, file.Read(entry.Name)))], file.Metadata);
        if (session.Json) session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?> { ["schema_version"] = 1, ["path"] = target, ["tensors"] = file.Entries.Count }));
        else session.Out.WriteLine($"wrote {target}: {file.Entries.Count} tensors as they are");
        return ExitCodes.Ok;
    }

    private static void Print(Session session, LoadedModel model, string target)
    {
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?> { ["schema_version"] = 1, ["path"] = target, ["weights"] = ImportText.ToJson(model.Report) }));
            return;
        }
        session.Out.WriteLine(ImportText.Of(model.Report));
        session.Out.WriteLine($"wrote {target}");
    }
}
