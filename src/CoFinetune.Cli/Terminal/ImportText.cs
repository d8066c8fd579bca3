using CoFinetune.Models.Import;

namespace CoFinetune.Cli.Terminal;

/// <summary>What an import did, for people and for scripts.</summary>
internal static class ImportText
{
    /// <summary>A table: action, number of tensors, which.</summary>
    public static string Of(ImportReport report)
    {
        var table = new TextTable("action", "tensors", "what") { LeftAligned = [2] };
        foreach (var (action, tensors, what) in report.Lines) table.Add(Word(action), $"{tensors}", what);
        return $"weights: {report.Source}{Environment.NewLine}{table}".TrimEnd();
    }

    /// <summary>The same for <c>--json</c>, tensor by tensor.</summary>
    public static object ToJson(ImportReport report) => new Dictionary<string, object?>
    {
        ["source"] = report.Source,
        ["tensors"] = report.Rows.Select(row => new Dictionary<string, object?> { ["action"] = Word(row.Action), ["name"] = row.Name, ["note"] = row.Note }),
    };

    private static string Word(ImportAction action) => action switch
    {
        ImportAction.Taken => "taken",
        ImportAction.Resized => "resized",
        ImportAction.Initialised => "initialised",
        _ => "unused",
    };
}
