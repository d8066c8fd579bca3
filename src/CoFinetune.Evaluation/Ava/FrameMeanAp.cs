using CoFinetune.Data;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Evaluation.Ava;

/// <summary>AVA frame-mAP at IoU 0.5 by the rules of the official evaluator, its quirks included.</summary>
/// <remarks>
/// Equal scores of a class are ranked by a rule of our own, because the official order depends on numpy's unstable sort: keyframes in the
/// order of their first scored row, within a keyframe in the order of the official heap, and then the later one first. For up to 16
/// detections of a class that is the official order. How much another order could change is reported per class.
/// </remarks>
public static class FrameMeanAp
{
    /// <summary>Scores <paramref name="detections"/> against <paramref name="truth"/>.</summary>
    /// <param name="truth">Ground truth: <see cref="DetectionCsv.ReadGroundTruth"/>.</param>
    /// <param name="detections">Predictions.</param>
    /// <param name="labels">The classes to score; rows of others are left out.</param>
    /// <param name="protocol">The rules.</param>
    /// <param name="excluded">Excluded timestamps, or null.</param>
    /// <exception cref="DataException">A timestamp lies between whole seconds, which the protocol does not know.</exception>
    public static AvaScore Score(
        ScoredBoxes truth, ScoredBoxes detections, LabelMap labels, AvaProtocol protocol, IReadOnlySet<Keyframe>? excluded = null)
    {
        RequireTimestamps(truth.Source, truth.Keyframes, protocol);
        RequireTimestamps(detections.Source, detections.Keyframes, protocol);
        var pairing = new KeyframePairing(truth, detections, protocol, excluded);
        var matching = new FrameMatching(truth, detections, labels);
        matching.Run(pairing, protocol.Cap);
        var classes = RankByClass(matching, Order(matching, pairing), Positives(truth, pairing, labels), labels);
        var scored = classes.Where(c => c.Ap is not null).ToList();
        var counts = AvaTally.Of(truth, detections, labels, protocol, pairing, matching);
        var unknown = pairing.FirstUnknown < 0 ? null : $"{detections.Keyframes[pairing.FirstUnknown].Keyframe}";
        return new AvaScore
        {
            Protocol = protocol,
            Map = scored.Count == 0 ? null : scored.Average(c => c.Ap!.Value),
            Classes = classes,
            Counts = counts,
            Notes = AvaNotes.Of(counts, protocol, scored.Count, labels.Count, excluded?.Count ?? 0, unknown),
        };
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

    /// <summary>Ground truth boxes per class.</summary>
    private static int[] Positives(ScoredBoxes truth, KeyframePairing pairing, LabelMap labels)
    {
        var positives = new int[labels.Count];
        foreach (ref readonly var row in truth.Rows)
        {
            var label = labels.IndexOfId(row.ClassId);
            if (label >= 0 && !pairing.IsTruthExcluded(row.Keyframe)) positives[label]++;
        }
        return positives;
    }

    /// <summary>The scored prediction keyframes in the order of their first scored row.</summary>
    private static int[] Order(FrameMatching matching, KeyframePairing pairing) =>
        [.. Enumerable.Range(0, pairing.Count)
            .Where(keyframe => pairing.IsScored(keyframe) && !matching.DetectionRows(keyframe).IsEmpty)
            .OrderBy(keyframe => matching.DetectionRows(keyframe)[0])];

    private static AvaClassScore[] RankByClass(FrameMatching matching, int[] order, int[] positives, LabelMap labels)
    {
        var places = new List<int>[labels.Count];
        for (var label = 0; label < places.Length; label++) places[label] = [];
        foreach (var keyframe in order)
        {
            var first = matching.FirstPlace(keyframe);
            var end = first + matching.DetectionRows(keyframe).Length;
            for (var place = first; place < end && matching.Classes[place] >= 0; place++) places[matching.Classes[place]].Add(place);
        }
        var scores = new AvaClassScore[labels.Count];
        Parallel.For(0, scores.Length, label => scores[label] = Rank(matching, places[label], positives[label], labels.Classes[label]));
        return scores;
    }

    private static AvaClassScore Rank(FrameMatching matching, List<int> places, int positives, (int Id, string Name) label)
    {
        (double Value, double Low, double High)? ap = null;
        if (positives > 0)
        {
            var scores = places.ConvertAll(place => matching.Scores[place]).ToArray();
            var sequence = Enumerable.Range(0, places.Count).ToArray();
            StableSort.Ascending(scores, sequence);
            Array.Reverse(scores);
            Array.Reverse(sequence);
            ap = AveragePrecision.WithTies(scores, Array.ConvertAll(sequence, i => matching.Hits[places[i]]), positives);
        }
        return new AvaClassScore
        {
            Id = label.Id,
            Name = label.Name,
            Ap = ap?.Value,
            TieLow = ap?.Low,
            TieHigh = ap?.High,
            GroundTruth = positives,
            Detections = places.Count,
        };
    }
}
