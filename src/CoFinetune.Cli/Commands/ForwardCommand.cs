using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Training.Models;
using static TorchSharp.torch;

namespace CoFinetune.Cli.Commands;

/// <summary><c>model forward WEIGHTS</c>: stored clips through any weights, to compare with the program that they came from.</summary>
internal static class ForwardCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var weights = new Argument<string>("weights") { HelpName = "WEIGHTS", Description = "A run, a checkpoint, or a weight file or folder of ours or of another program" };
        var overrides = OverrideArgument.Create();
        var input = new Option<string>("--input") { HelpName = "IN.safetensors", Description = "Clips: the tensor 'input', already normalised; 'boxes' (clip, x1, y1, x2, y2) for heads that score boxes", Required = true };
        var output = new Option<string>("--output") { HelpName = "OUT.safetensors", Description = "Takes logits, tokens (after the final norm) and pooled", Required = true };
        var layout = new Option<string?>("--layout") { HelpName = "BTCHW|BTHWC", Description = "Order of the clips' axes; told by the axis of length 3 where it can be" };
        layout.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "BTCHW", "BTHWC");
        var batch = new Option<int>("--batch") { HelpName = "N", Description = "Clips of one pass", DefaultValueFactory = _ => 8 }.AtLeast(1);
        var command = new Command("forward", "Run stored clips through weights and write logits and tokens") { weights, overrides, input, output, layout, batch };
        command.SetAction(parsed => Run(
            session(parsed), parsed.GetRequiredValue(weights), parsed.GetRequiredValue(overrides), parsed.GetRequiredValue(input), parsed.GetRequiredValue(output),
            parsed.GetValue(layout) is { } name ? Enum.Parse<ClipLayout>(name, ignoreCase: true) : null, parsed.GetRequiredValue(batch)));
        return command;
    }

    private static int Run(Session session, string weights, string[] overrides, string input, string output, ClipLayout? layout, int batch)
    {
        using var file = WeightFile.Open(input);
        var (name, axes, clip, count) = ClipInput.Describe(file, layout);
        using var model = LoadedModel.Open(weights, overrides, clip);
        session.Say(ImportText.Of(model.Report));
        using var scope = NewDisposeScope();
        var boxes = ForwardPass.BoxesIn(file, count);
        var results = ForwardPass.Run(model, ClipInput.Read(file, name, axes), boxes, batch);
        ModelWriter.WriteFile(output, results, new Dictionary<string, string> { ["format"] = "pt" });
        if (session.Json)
        {
            session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["schema_version"] = 1,
                ["output"] = output,
                ["tensors"] = results.ToDictionary(result => result.Name, result => result.Tensor.shape),
                ["weights"] = ImportText.ToJson(model.Report),
            }));
            return ExitCodes.Ok;
        }
        var table = new TextTable("tensor", "shape") { LeftAligned = [1] };
        foreach (var (tensor, values) in results) table.Add(tensor, $"[{string.Join(", ", values.shape)}]");
        session.Out.Write(table);
        return ExitCodes.Ok;
    }
}
