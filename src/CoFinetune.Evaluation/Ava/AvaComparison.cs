using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Ava;

/// <summary>A score against that of another prediction file for the same ground truth, both on the same draws of the videos.</summary>
public sealed record AvaComparison
{
    /// <summary>The means over all classes.</summary>
    public required AvaDifference Map { get; init; }

    /// <summary>How often the videos were drawn; 0 where there is one alone.</summary>
    public required int Draws { get; init; }

    /// <summary>The classes in the order of the label map.</summary>
    public required IReadOnlyList<AvaDifference> Classes { get; init; }

    /// <summary>The groups of <see cref="AvaScore.Groups"/>.</summary>
    public required IReadOnlyList<AvaDifference> Groups { get; init; }

    /// <summary>Head, mid and tail, as in <see cref="AvaScore.Frequency"/>.</summary>
    public required IReadOnlyList<AvaDifference> Frequency { get; init; }

    /// <summary>Compares two scores.</summary>
    /// <param name="score">The score.</param>
    /// <param name="baseline">The other, of the same ground truth, classes and protocol.</param>
    /// <param name="options">The draws.</param>
    public static AvaComparison Of(AvaScore score, AvaScore baseline, EvaluationOptions options)
    {
        var replicates = AvaReplicates.Of([score.Ranking, baseline.Ranking], options);
        var (own, other) = (replicates[0], replicates[1]);
        return new AvaComparison
        {
            Draws = own.Draws,
            Map = Mean("map", [.. Enumerable.Range(0, score.Classes.Count)], score.Map, baseline.Map),
            Classes = [.. score.Classes.Select((c, label) => new AvaDifference(c.Name, own.OfClass(label, c.Ap), other.OfClass(label, baseline.Classes[label].Ap)))],
            Groups = [.. score.Groups.Zip(baseline.Groups, (g, b) => Mean(g.Name, g.Members, g.Map, b.Map))],
            Frequency = [.. score.Frequency.Zip(baseline.Frequency, (g, b) => Mean(g.Name, g.Members, g.Map, b.Map))],
        };

        AvaDifference Mean(string name, IReadOnlyList<int> members, double? value, double? against) => new(name, own.OfMean(members, value), other.OfMean(members, against));
    }
}
