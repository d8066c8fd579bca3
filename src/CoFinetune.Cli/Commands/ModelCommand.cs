using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>model summary CONFIG</c>: parameters and multiply-adds, part by part.</summary>
internal static class ModelCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("config") { HelpName = "CONFIG", Description = "A run file" };
        var overrides = OverrideArgument.Create();
        var summary = new Command("summary", "Parameters and multiply-adds of each part of a run's model") { path, overrides };
        summary.SetAction(parsed =>
        {
            var config = RunFile.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides)).Value;
            using var run = LoadedRun.Build(config, training: false, session(parsed).Time);
            var parts = run.Model.DescribeParts(config.Clip.Frames, config.Clip.Size, config.Clip.Size);
            if (session(parsed).Json)
            {
                session(parsed).Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
                {
                    ["schema_version"] = 1,
                    ["parameters"] = parts.Sum(p => p.Parameters),
                    ["gmacs_per_clip"] = parts[0].MultiplyAdds / 1e9,
                    ["parts"] = parts.Select(p => new Dictionary<string, object?> { ["name"] = p.Name, ["parameters"] = p.Parameters, ["gmacs"] = p.MultiplyAdds / 1e9 }),
                }));
                return ExitCodes.Ok;
            }
            var table = new TextTable("part", "parameters", "GMACs");
            foreach (var part in parts) table.Add(part.Name, $"{part.Parameters:N0}", $"{part.MultiplyAdds / 1e9:0.####}");
            table.Add("total", $"{parts.Sum(p => p.Parameters):N0}", "");
            session(parsed).Out.Write(table);
            return ExitCodes.Ok;
        });
        return new Command("model", "Look at models") { summary };
    }
}
