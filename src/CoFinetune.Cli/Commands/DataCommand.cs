using System.CommandLine;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>data check | stats | show | prepare | synth</c>: looks at data, and makes some to try things on.</summary>
internal static class DataCommand
{
    public static Command Create(Func<ParseResult, Session> session) => new("data", "Make, check, prepare and look at data")
    {
        DataCheckCommand.Create(session), DataStatsCommand.Create(session), ShowCommand.Create(session), PrepareCommand.Create(session), SynthCommand.Create(session),
    };
}
