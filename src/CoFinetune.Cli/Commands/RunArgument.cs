using System.CommandLine;

namespace CoFinetune.Cli.Commands;

/// <summary>The argument that names runs.</summary>
internal static class RunArgument
{
    private const string Name = "run";
    private const string HelpName = "RUN";
    private const string Description = "A run directory, something in one, or a folder with a 'latest' run in it";

    public static Argument<string> One() => new(Name) { HelpName = HelpName, Description = Description };

    public static Argument<string[]> Several(int least) => new(Name) { HelpName = HelpName, Description = Description, Arity = new ArgumentArity(least, 1000) };
}
