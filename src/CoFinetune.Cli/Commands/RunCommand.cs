using System.CommandLine;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary><c>run list | show | compare | report</c>: what became of runs. None of them needs libtorch.</summary>
internal static class RunCommand
{
    public static Command Create(Func<ParseResult, Session> session) => new("run", "Look at runs: finished, stopped or training")
    {
        RunListCommand.Create(session), RunShowCommand.Create(session), RunCompareCommand.Create(session), RunReportCommand.Create(session),
    };
}
