using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models;
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
            if (session(parsed).Json) session(parsed).Out.WriteLine(JsonSerializer.Serialize(ToJson(parts, size)));
            else Print(session(parsed), config, parts, size);
            return ExitCodes.Ok;
        });
        return new Command("model", "Look at models, and run them on stored clips") { summary, ForwardCommand.Create(session) };
    }

    private static void Print(Session session, RunConfig config, IReadOnlyList<ModelPart> parts, ModelSize size)
    {
        var table = new TextTable("part", "parameters", "GMACs", "activations of a batch");
        foreach (var part in parts)
            table.Add(part.Name, $"{part.Parameters:N0}", $"{part.MultiplyAdds / 1e9:0.####}", part.IsTrunk ? ByteText.Of(sizeof(float) * size.Batch * part.ActivationFloats) : "");
        table.Add("total", $"{size.Parameters:N0}", $"{size.MultiplyAdds / 1e9:0.####}", ByteText.Of(size.ActivationBytes));
        session.Out.Write(table);
        session.Out.WriteLine($"Clips of {config.Clip.Frames} x {config.Clip.Size} x {config.Clip.Size}, batches of {size.Batch}. GMACs: one clip, of one box in a head that scores boxes; the total takes the largest head.");
        session.Out.WriteLine($"Training also holds {ByteText.Of(size.StateBytes)} of weights, gradients and optimizer state; a checkpoint takes {ByteText.Of(size.CheckpointBytes)}.");
    }

    private static Dictionary<string, object?> ToJson(IReadOnlyList<ModelPart> parts, ModelSize size) => new()
    {
        ["schema_version"] = 1,
        ["parameters"] = size.Parameters,
        ["gmacs_per_clip"] = size.MultiplyAdds / 1e9,
        ["batch"] = size.Batch,
        ["activation_bytes"] = size.ActivationBytes,
        ["state_bytes"] = size.StateBytes,
        ["checkpoint_bytes"] = size.CheckpointBytes,
        ["parts"] = parts.Select(part => new Dictionary<string, object?>
        {
            ["name"] = part.Name,
            ["parameters"] = part.Parameters,
            ["gmacs"] = part.MultiplyAdds / 1e9,
            ["activation_bytes"] = sizeof(float) * size.Batch * part.ActivationFloats,
        }),
    };
}
