using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation.Ava;

/// <summary>AVA frame-mAP at IoU 0.5 by the rules of the official evaluator, its quirks included.</summary>
/// <remarks>How equal scores are ranked is <see cref="AvaRanking"/>'s rule; how much another order could change is reported.</remarks>
public static class FrameMeanAp
{
    private const double Confidence = 0.95;

    /// <summary>Scores <paramref name="detections"/> against <paramref name="truth"/>.</summary>
    /// <param name="truth">Ground truth: <see cref="DetectionCsv.ReadGroundTruth"/>.</param>
    /// <param name="detections">Predictions.</param>
    /// <param name="labels">The classes to score; rows of others are left out.</param>
    /// <param name="protocol">The rules.</param>
    /// <param name="excluded">Excluded timestamps, or null.</param>
    /// <param name="options">Training counts and confidence intervals; null does without.</param>
    /// <exception cref="DataException">A timestamp lies between whole seconds, which the protocol does not know.</exception>
    /// <exception cref="ArgumentException">There are not as many training counts as classes.</exception>
    public static AvaScore Score(
        ScoredBoxes truth, ScoredBoxes detections, LabelMap labels, AvaProtocol protocol, IReadOnlySet<Keyframe>? excluded = null, EvaluationOptions? options = null)
    {
        RequireTimestamps(truth.Source, truth.Keyframes, protocol);
        RequireTimestamps(detections.Source, detections.Keyframes, protocol);
        var pairing = new KeyframePairing(truth, detections, protocol, excluded);
        var matching = new FrameMatching(truth, detections, labels);
        matching.Run(pairing, protocol.Cap);
        var ranking = new AvaRanking(truth, detections, labels, pairing, matching);
        var aps = new (double Value, double Low, double High)?[labels.Count];
        Parallel.For(0, aps.Length, label => aps[label] = ranking.Classes[label].AveragePrecision());
        var replicates = options is { Resamples: > 0 } ? AvaReplicates.Of([ranking], options)[0] : null;
        var frequency = options?.Training is { } training ? new FrequencyGroups(training, [.. aps.Select(ap => ap is not null)], options.Limits) : null;
        var (groups, groupNote) = ActionGroups.Of(labels);
        var classes = labels.Classes.Select((c, label) => new AvaClassScore
        {
            Id = c.Id,
            Name = c.Name,
            Ap = aps[label]?.Value,
            TieLow = aps[label]?.Low,
            TieHigh = aps[label]?.High,
            GroundTruth = ranking.Classes[label].Positives,
            Detections = ranking.Classes[label].Scores.Length,
            Group = groups[label],
            Training = frequency?.Training[label],
            Frequency = frequency?.Of(label),
            Interval = replicates?.OfClass(label, aps[label]?.Value).Interval(Confidence),
        }).ToList();
        var counts = AvaTally.Of(truth, detections, labels, protocol, pairing, matching);
        var score = new AvaScore(ranking)
        {
            Protocol = protocol,
            Map = Mean(classes, c => c.Ap),
            TieLow = Mean(classes, c => c.TieLow),
            TieHigh = Mean(classes, c => c.TieHigh),
            Bootstrap = replicates?.OfMean([.. Enumerable.Range(0, classes.Count)], Mean(classes, c => c.Ap)),
            Classes = classes,
            Groups = [.. ActionGroups.Names(groups).Select(name => Group(name, [.. Enumerable.Range(0, classes.Count).Where(label => groups[label] == name)]))],
            Frequency = frequency is not { IsDivided: true } ? [] : [.. Enum.GetValues<FrequencyGroup>().Select(group =>
                Group(group.Name(), frequency.Members(group)) with { Training = frequency.Range(group) })],
            FrequencyLimits = frequency?.Limits,
            Counts = counts,
            Notes = [],
        };
        return score with { Notes = AvaNotes.Of(score, labels, truth, detections, pairing, excluded?.Count ?? 0, groupNote) };

        AvaGroupScore Group(string name, IReadOnlyList<int> members)
        {
            var map = Mean([.. members.Select(label => classes[label])], c => c.Ap);
            return new AvaGroupScore
            {
                Name = name,
                Map = map,
                Classes = members.Count(label => classes[label].Ap is not null),
                Interval = replicates?.OfMean(members, map).Interval(Confidence),
                Members = members,
            };
        }
    }

    /// <summary>Requires timestamps that the protocol knows.</summary>
    internal static void RequireTimestamps(string source, IReadOnlyList<KeyframeMention> keyframes, AvaProtocol protocol)
    {
        if (protocol.HasFractions) return;
        foreach (var mention in keyframes)
        {
            if (mention.Keyframe.IsWholeSecond) continue;
            throw new DataException(
                source, mention.Line, $"timestamp {mention.Timestamp} lies between whole seconds, which protocol {protocol.Name} does not know",
                $"score with protocol {AvaProtocol.Official2020.Name}");
        }
    }

    /// <summary>The mean over the classes that have ground truth; null when none has.</summary>
    private static double? Mean(IReadOnlyList<AvaClassScore> classes, Func<AvaClassScore, double?> figure) => classes.Average(figure);
}
