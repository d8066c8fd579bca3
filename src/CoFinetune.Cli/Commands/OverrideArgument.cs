using System.CommandLine;

namespace CoFinetune.Cli.Commands;

/// <summary>The positional <c>key=value</c> arguments that change a config.</summary>
internal static class OverrideArgument
{
    /// <summary>Accepts <c>key=value</c>, <c>key+=value</c> and <c>~key</c>; an option in their place is a mistake, not an override.</summary>
    public static Argument<string[]> Create()
    {
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Changes of the config: optimizer.lr=1e-3, steps=100, ~init (back to the default), list+=item",
            Arity = ArgumentArity.ZeroOrMore,
        };
        overrides.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Select(t => t.Value))
            {
                if (token.StartsWith('-')) result.AddError($"unknown option '{token}'");
                else if (!token.StartsWith('~') && !token.Contains('=', StringComparison.Ordinal)) result.AddError($"'{token}' is not a change of the form key=value");
            }
        });
        return overrides;
    }
}
