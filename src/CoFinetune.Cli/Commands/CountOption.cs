using System.CommandLine;

namespace CoFinetune.Cli.Commands;

/// <summary>Options that take a number of things.</summary>
internal static class CountOption
{
    /// <summary>Refuses numbers below <paramref name="least"/>; what is no number is refused anyway.</summary>
    public static Option<T> AtLeast<T>(this Option<T> option, int least)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var n) && n < least) result.AddError($"{option.Name} is at least {least}");
        });
        return option;
    }
}
