using CoFinetune.Cli.Runs;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Cli.Reports;

/// <summary>The classes of a dataset in the last evaluation of each run, the most frequent in training first.</summary>
internal sealed class ClassTable
{
    private ClassTable(IReadOnlyList<ClassRow> rows, IReadOnlyList<StoredEvaluation?> evaluations) => (Rows, Evaluations) = (rows, evaluations);

    /// <summary>The classes.</summary>
    public IReadOnlyList<ClassRow> Rows { get; }

    /// <summary>The evaluation of each run; null where there is none.</summary>
    public IReadOnlyList<StoredEvaluation?> Evaluations { get; }

    /// <summary>Whether training examples were counted.</summary>
    public bool IsCounted => Rows.Any(row => row.Training is not null);

    /// <summary>What the figure of a class is, for people.</summary>
    public string Figure => Evaluations.OfType<StoredEvaluation>().First().ClassFigure == "ap" ? "AP" : "accuracy";

    /// <summary>Gathers the classes; null when no run has an evaluation of the dataset.</summary>
    public static ClassTable? Of(IReadOnlyList<StoredRun> runs, string dataset)
    {
        var evaluations = runs.Select(run => run.Evaluation(dataset)).ToList();
        var known = evaluations.OfType<StoredEvaluation>().ToList();
        if (known.Count == 0) return null;
        var counts = runs.Select(run => run.TrainingCounts(dataset)).FirstOrDefault(found => found.Count > 0) ?? new Dictionary<int, long>();
        var classes = known.SelectMany(evaluation => evaluation.Classes).DistinctBy(c => c.Id);
        var values = evaluations.Select(evaluation => evaluation?.Classes.DistinctBy(c => c.Id).ToDictionary(c => c.Id, c => c.Value) ?? []).ToList();
        return new(
            [.. classes
                .Select(c => new ClassRow(c.Id, c.Name, counts.TryGetValue(c.Id, out var count) ? count : null, c.Examples, [.. values.Select(of => of.GetValueOrDefault(c.Id))]))
                .OrderByDescending(row => row.Training ?? -1)],
            evaluations);
    }

    /// <summary>Mean figure of the frequent, the middle and the rare classes in each run; empty where training examples were not counted.</summary>
    /// <param name="limits">Counts that divide them; null makes thirds.</param>
    public IEnumerable<(FrequencyGroup Group, int Classes, string Range, IReadOnlyList<double?> Means)> Groups(FrequencyLimits? limits)
    {
        if (!IsCounted) yield break;
        var groups = new FrequencyGroups([.. Rows.Select(row => (int)(row.Training ?? 0))], [.. Rows.Select(row => row.Values.Any(value => value is not null))], limits);
        foreach (var group in Enum.GetValues<FrequencyGroup>())
        {
            var members = groups.Members(group);
            if (groups.Range(group) is not var (least, most)) continue;
            yield return (group, members.Count, least == most ? $"{least}" : $"{least} to {most}", [.. Evaluations.Select((_, run) =>
            {
                var values = members.Select(member => Rows[member].Values[run]).OfType<double>().ToList();
                return values.Count == 0 ? (double?)null : values.Average();
            })]);
        }
    }
}
