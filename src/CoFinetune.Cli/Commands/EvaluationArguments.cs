using System.CommandLine;
using CoFinetune.Cli.Terminal;

namespace CoFinetune.Cli.Commands;

/// <summary>The options that <c>score</c> and <c>eval</c> share.</summary>
internal static class EvaluationArguments
{
    /// <summary>How often the videos are drawn for confidence intervals.</summary>
    public static Option<int?> Bootstrap() =>
        new Option<int?>("--bootstrap") { HelpName = "N", Description = "95 % intervals from N draws of the videos with replacement (1000 is usual)" }.AtLeast(1);

    /// <summary>What these draws depend on.</summary>
    public static Option<int> Seed() =>
        new Option<int>("--seed") { HelpName = "N", Description = "Seed of these draws", DefaultValueFactory = _ => 1 }.AtLeast(0);

    /// <summary>The least figure that a script accepts.</summary>
    public static Option<double?> FailUnder()
    {
        var option = new Option<double?>("--fail-under") { HelpName = "X", Description = "End with exit code 9 when the figure (mAP, or top-1) is below X, from 0 to 1" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && double.TryParse(result.Tokens[0].Value, out var x) && x is not (>= 0 and <= 1))
                result.AddError($"--fail-under is from 0 to 1, so {result.Tokens[0].Value} is never met or always: write 0.25 for 25 %");
        });
        return option;
    }

    /// <summary>Shows how many draws are done, and nothing once they are.</summary>
    public static void ShowDraws(ProgressLine progress, int done, int total)
    {
        if (done < total) progress.Show(done, total, () => $"drawing the videos  {done}/{total}");
        else progress.Clear();
    }

    /// <summary>Holds a figure against <c>--fail-under</c>.</summary>
    /// <param name="session">Told when it is missed.</param>
    /// <param name="name">The figure's name.</param>
    /// <param name="value">The figure; null or NaN, which misses every limit, where there is none.</param>
    /// <param name="limit">The limit; null accepts everything.</param>
    /// <returns>The exit code.</returns>
    public static int Gate(Session session, string name, double? value, double? limit)
    {
        if (limit is null || value >= limit) return ExitCodes.Ok;
        var found = value is { } figure && !double.IsNaN(figure) ? $"{figure:0.000000}" : "not defined";
        ErrorText.Print(session, new CommandFailure("gate", $"{name} is {found}, below --fail-under {limit}"), ExitCodes.GateNotMet);
        return ExitCodes.GateNotMet;
    }
}
