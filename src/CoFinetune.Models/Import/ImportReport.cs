namespace CoFinetune.Models.Import;

/// <summary>What an import did with every parameter of the model and every tensor of the file.</summary>
/// <param name="Source">Whose weights, from which file.</param>
/// <param name="Rows">Every parameter, then every unused tensor.</param>
public sealed record ImportReport(string Source, IReadOnlyList<ImportRow> Rows)
{
    /// <summary>
    /// A line for each action, part of the model (<c>trunk.encoder</c>, <c>heads.ava</c>) and note, with the number of its tensors.
    /// </summary>
    public IEnumerable<(ImportAction Action, int Tensors, string What)> Lines =>
        from row in Rows
        group row by (row.Action, Part: PartOf(row.Name), row.Note) into part
        orderby part.Key.Action
        select (part.Key.Action, part.Count(), $"{(part.Count() == 1 ? part.First().Name : part.Key.Part)} {part.Key.Note}".TrimEnd());

    /// <summary>The first two parts of what a name belongs to: <c>trunk.encoder</c> of <c>trunk.encoder.norm.weight</c>, <c>head</c> of <c>head.bias</c>.</summary>
    private static string PartOf(string name)
    {
        var ends = Enumerable.Range(0, name.Length).Where(i => name[i] is '.' or '/').Take(2).ToList();
        return ends.Count == 0 ? name : name[..ends[^1]];
    }
}
