using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Config;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary><c>config check | show</c>: what a run file says, without running it.</summary>
internal static class ConfigCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("config") { HelpName = "CONFIG", Description = "A run file" };
        var overrides = OverrideArgument.Create();
        var origin = new Option<bool>("--origin") { Description = "Say where each value came from" };

        var check = new Command("check", "Report every mistake of a run file") { path, overrides };
        check.SetAction(parsed =>
        {
            var loaded = RunFile.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides));
            session(parsed).Out.WriteLine(session(parsed).Json
                ? """{"schema_version":1,"ok":true}"""
                : $"{parsed.GetValue(path)}: ok, {loaded.Value.Datasets.Count} datasets, {Length(loaded.Value)}");
            return ExitCodes.Ok;
        });

        var show = new Command("show", "Print the whole configuration, defaults included") { path, overrides, origin };
        show.SetAction(parsed =>
        {
            var loaded = RunFile.Load(parsed.GetRequiredValue(path), parsed.GetRequiredValue(overrides));
            var yaml = ConfigWriter.ToYaml(loaded.Value, RunKinds.Table, parsed.GetValue(origin) ? loaded.Origins : null);
            session(parsed).Out.Write(session(parsed).Json
                ? JsonSerializer.Serialize(new Dictionary<string, object> { ["schema_version"] = 1, ["yaml"] = yaml }) + "\n"
                : yaml);
            return ExitCodes.Ok;
        });
        return new Command("config", "Check and show run files") { check, show };
    }

    private static string Length(RunConfig run) => run.Epochs is { } epochs ? $"epochs: {epochs.Count}" : $"{run.Steps} steps";
}
