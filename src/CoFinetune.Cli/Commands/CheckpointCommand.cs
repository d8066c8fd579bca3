using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Cli.Commands;

/// <summary><c>checkpoint inspect | verify | list</c>: what is on disk, and whether it can be trusted.</summary>
internal static class CheckpointCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var folder = new Argument<string>("dir") { HelpName = "DIR", Description = "A checkpoint folder" };
        var verify = new Command("verify", "Check every byte of a checkpoint against its manifest") { folder };
        verify.SetAction(parsed =>
        {
            var found = Checkpoint.Verify(parsed.GetRequiredValue(folder));
            if (session(parsed).Json)
            {
                var json = new Dictionary<string, object?> { ["schema_version"] = 1, ["ok"] = found.Ok, ["step"] = found.Step, ["weights_sha256"] = found.WeightsSha256 };
                if (found.Problem is not null) json["problem"] = found.Problem;
                session(parsed).Out.WriteLine(JsonSerializer.Serialize(json));
            }
            else if (found.Ok)
            {
                session(parsed).Out.WriteLine($"ok, step {found.Step}, weights sha256 {found.WeightsSha256}");
            }
            else
            {
                ErrorText.Print(session(parsed), new CommandFailure("checkpoint", found.Problem!), ExitCodes.Checkpoint);
            }
            return found.Ok ? ExitCodes.Ok : ExitCodes.Checkpoint;
        });

        var run = new Argument<string>("run") { HelpName = "RUN", Description = "A run directory" };
        var list = new Command("list", "The checkpoints of a run") { run };
        list.SetAction(parsed =>
        {
            var place = parsed.GetRequiredValue(run);
            var found = new CheckpointStore(Path.Combine(place, "checkpoints"), keep: 1).Checkpoints.Select(path => (Path: path, Check: Checkpoint.Verify(path))).ToList();
            if (found.Count == 0) throw new CheckpointException(place, "there are no checkpoints", "name a run directory");
            if (session(parsed).Json)
            {
                session(parsed).Out.WriteLine(JsonSerializer.Serialize(found.Select(c => new Dictionary<string, object?>
                {
                    ["path"] = c.Path,
                    ["ok"] = c.Check.Ok,
                    ["step"] = c.Check.Step,
                    ["weights_sha256"] = c.Check.WeightsSha256,
                })));
                return ExitCodes.Ok;
            }
            var table = new TextTable("checkpoint", "step", "weights sha256");
            foreach (var (path, check) in found) table.Add(path, check.Step?.ToString() ?? "-", check.Ok ? check.WeightsSha256! : $"damaged: {check.Problem}");
            session(parsed).Out.Write(table);
            return ExitCodes.Ok;
        });
        return new Command("checkpoint", "Look at checkpoints and weight files, convert and average them")
        {
            list, verify, InspectCommand.Create(session), ConvertCommand.Create(session), AverageCommand.Create(session),
        };
    }
}
