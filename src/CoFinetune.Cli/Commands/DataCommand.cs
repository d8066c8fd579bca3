using System.CommandLine;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data.Synthetic;

namespace CoFinetune.Cli.Commands;

/// <summary><c>data check | stats | show | prepare | synth</c>: looks at data, and makes some to try things on.</summary>
internal static class DataCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var folder = new Argument<string>("dir") { HelpName = "DIR", Description = "Folder to write" };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "The same seed makes the same world", DefaultValueFactory = _ => 1 };
        var force = new Option<bool>("--force") { Description = "Replace another world that is there" };
        var synth = new Command("synth", "Write a small world of moving people: three datasets, real videos, published formats") { folder, seed, force };
        synth.SetAction(parsed =>
        {
            var stop = session(parsed).Stop.Begin("stopping");
            try
            {
                var written = SyntheticWorld.Write(
                    parsed.GetRequiredValue(folder), new SyntheticWorldOptions { Seed = (ulong)parsed.GetValue(seed) }, parsed.GetValue(force),
                    new WorldProgress(new ProgressLine(session(parsed))), stop);
                if (session(parsed).Json) session(parsed).Out.WriteLine($$"""{"schema_version":1,"written":{{(written ? "true" : "false")}}}""");
                else session(parsed).Out.WriteLine(written ? $"wrote {parsed.GetValue(folder)}" : $"{parsed.GetValue(folder)} is there already");
                return ExitCodes.Ok;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return session(parsed).Stop.ExitCode;
            }
        });
        return new Command("data", "Make, check, prepare and look at data")
        {
            DataCheckCommand.Create(session), DataStatsCommand.Create(session), ShowCommand.Create(session), PrepareCommand.Create(session), synth,
        };
    }
}
