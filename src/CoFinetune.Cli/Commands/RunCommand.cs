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

    /// <summary>The argument for several runs.</summary>
    public static Argument<string[]> Several(int least) => new("run")
    {
        HelpName = "RUN",
        Description = "A run directory, or a folder with a 'latest' run in it",
        Arity = new ArgumentArity(least, 1000),
    };
}
