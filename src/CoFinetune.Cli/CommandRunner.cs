using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using CoFinetune.Cli.Commands;
using CoFinetune.Cli.Terminal;
using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Models.Native;
using CoFinetune.Models.Weights;
using CoFinetune.Training;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Cli;

/// <summary>From arguments to an exit code: the command tree, and what each kind of failure looks like.</summary>
internal static class CommandRunner
{
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on stdout; errors as JSON lines on stderr", Recursive = true };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Errors only", Recursive = true };
    private static readonly Option<ProgressMode> Progress = new("--progress")
    {
        Description = "How long work shows that it moves: auto, bar, lines or none",
        HelpName = "auto|bar|lines|none",
        Recursive = true,
    };

    /// <summary>Runs one command line; never throws.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes everything else.</param>
    /// <param name="terminalWidth">Columns of the terminal behind <paramref name="error"/>; null when it is none.</param>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, int? terminalWidth = null)
    {
        (output, error) = (GuardedWriter.ForResults(output), GuardedWriter.ForMessages(error));
        // First of all, so that no signal goes without a word; what its options say about talking is looked up before they are parsed.
        var quiet = arguments.Contains("--quiet") || arguments.Contains("-q");
        using var stop = new StopSignal(message =>
        {
            if (!quiet) error.WriteLine(message);
        });
        var session = new Session { Out = output, Error = error, Arguments = arguments, Stop = stop, Json = arguments.Contains("--json"), TerminalWidth = terminalWidth };
        var parsed = Tree(session).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Usage(session, parsed, parsed.Errors.Select(mistake => mistake.Message));
        if (parsed.Tokens.Any(token => token.Value.Length == 0)) return Usage(session, parsed, ["an argument is empty"]);       // an unset variable of a script, mostly
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (ConfigException mistakes)
        {
            ErrorText.Print(session, mistakes);
            return ExitCodes.Config;
        }
        catch (Exception failure) when (Explain(failure) is var (explained, code))
        {
            ErrorText.Print(session, explained, code);
            return code;
        }
    }

    /// <summary>Every command, its arguments and options.</summary>
    internal static RootCommand Tree(Session session)
    {
        var root = new RootCommand(
            """
            Trains and judges video transformers, on several datasets at the same time.

            Exit codes: 0 done, 1 other failure, 2 usage, 3 configuration, 4 data, 5 checkpoint, 6 memory, 7 diverged,
            8 some jobs of a sweep failed, 9 below --fail-under, 70 internal error, 75 stopped but resumable,
            128+n ended by signal n (130 Ctrl-C, 143 SIGTERM).
            """)
        {
            TrainCommand.Create(Session), SweepCommand.Create(Session), EvalCommand.Create(Session), PredictCommand.Create(Session), ScoreCommand.Create(Session), DataCommand.Create(Session),
            ConfigCommand.Create(Session), CheckpointCommand.Create(Session), ModelCommand.Create(Session), BenchCommand.Create(Session),
            RunCommand.Create(Session),
        };
        Progress.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "auto", "bar", "lines", "none");
        root.Options.Add(Json);
        root.Options.Add(Quiet);
        root.Options.Add(Progress);
        return root;

        Session Session(ParseResult result) => session with { Json = result.GetValue(Json), Quiet = result.GetValue(Quiet), Progress = result.GetValue(Progress) };
    }

    private static int Usage(Session session, ParseResult parsed, IEnumerable<string> mistakes)
    {
        foreach (var mistake in mistakes) ErrorText.Print(session, new CommandFailure("usage", mistake), ExitCodes.Usage);
        if (!session.Json)
        {
            var path = new List<string>();
            for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
                if (at is CommandResult command) path.Insert(0, command.Command.Name);
            session.Error.WriteLine($"  see: {string.Join(' ', path)} --help");
        }
        return ExitCodes.Usage;
    }

    /// <summary>What went wrong in the user's terms, and the exit code of its kind. Anything unforeseen is an internal error.</summary>
    private static (CommandFailure Failure, int ExitCode) Explain(Exception failure) => failure switch
    {
        DataException data => (new("data", data.Message, data.File, data.Line, Hint: data.Hint), ExitCodes.Data),
        CheckpointException checkpoint => (new("checkpoint", checkpoint.Message, checkpoint.Path, Hint: checkpoint.Hint), ExitCodes.Checkpoint),
        WeightsException weights => (new("checkpoint", weights.Message, weights.Path), ExitCodes.Checkpoint),
        DivergedException diverged => (new("diverged", diverged.Message, Hint: diverged.Hint), ExitCodes.Diverged),
        NativeTorchException native => (new("libtorch", native.Message, Hint: native.Hint), ExitCodes.Failure),
        IOException or UnauthorizedAccessException => (new("io", failure.Message), ExitCodes.Failure),
        ExternalException nondeterministic when nondeterministic.Message.Contains("deterministic implementation", StringComparison.Ordinal) =>
            (new("libtorch", nondeterministic.Message.Split('\n')[0], Hint: "deterministic: false"), ExitCodes.Failure),
        BatchMemoryException memory => (new("memory", memory.Message, Hint: memory.Hint), ExitCodes.Memory),
        _ when OutOfMemory.Is(failure) => (new("memory", failure.Message.Split('\n')[0], Hint: "lower mixture.batch, clip.frames or clip.size"), ExitCodes.Memory),
        _ => (new("internal", $"internal error: {failure}", Hint: "this is a bug in cofinetune"), ExitCodes.Internal),
    };
}
