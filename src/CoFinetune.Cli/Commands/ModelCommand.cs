using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models.Native;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>model summary CONFIG</c>: parameters, multiply-adds and memory, part by part; needs no data.</summary>
internal static class ModelCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("config") { HelpName = "CONFIG", Description = "A run file" };
        var overrides = OverrideArgument.Create();
        var summary = new Command("summary", "Parameters, multiply-adds and memory of each part of a run's model") { path, overrides };
        summary.SetAction(parsed =>
        {
            var config = RunFile.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides)).Value;
            NativeTorch.Load();
            var parts = RunModel.Describe(config, out var unknown);
            var size = ModelSize.Of(config, parts);
            foreach (var (dataset, reason) in unknown) session(parsed).Say($"heads.{dataset} is left out, its class_count is not known: {reason}");
            if (session(parsed).Json) session(parsed).Out.WriteLine(JsonSerializer.Serialize(ToJson(size)));
            else Print(session(parsed), config, size);
            return ExitCodes.Ok;
        });
        return new Command("model", "Look at models, and run them on stored clips") { summary, ForwardCommand.Create(session) };
    }

    private static void Print(Session session, RunConfig config, ModelSize size)
    {
        var table = new TextTable("part", "parameters", "GMACs", "activations of a pass");
        foreach (var (part, bytes) in size.Parts)
            table.Add(part.Name, $"{part.Parameters:N0}", $"{part.MultiplyAdds / 1e9:0.####}", part.IsTrunk ? ByteText.Of(bytes) : "");
        table.Add("total", $"{size.Parameters:N0}", $"{size.MultiplyAdds / 1e9:0.####}", ByteText.Of(size.ActivationBytes));
        session.Out.Write(table);
        session.Out.WriteLine($"Clips of {config.Clip.Frames} x {config.Clip.Size} x {config.Clip.Size}, passes of {size.Batch}. GMACs: one clip, of one box in a head that scores boxes; the total takes the largest head.");
        session.Out.WriteLine($"Training also holds {ByteText.Of(size.StateBytes)} of weights, gradients and optimizer state; a checkpoint takes {ByteText.Of(size.CheckpointBytes)}, on the disk and on the host while it is written.");
    }

    private static Dictionary<string, object?> ToJson(ModelSize size) => new()
    {
        ["schema_version"] = 1,
        ["parameters"] = size.Parameters,
        ["gmacs_per_clip"] = size.MultiplyAdds / 1e9,
        ["batch"] = size.Batch,
        ["activation_bytes"] = size.ActivationBytes,
        ["state_bytes"] = size.StateBytes,
        ["checkpoint_bytes"] = size.CheckpointBytes,
        ["parts"] = size.Parts.Select(entry => new Dictionary<string, object?>
        {
            ["name"] = entry.Part.Name,
            ["parameters"] = entry.Part.Parameters,
            ["gmacs"] = entry.Part.MultiplyAdds / 1e9,
            ["activation_bytes"] = entry.ActivationBytes,
        }),
    };
}
