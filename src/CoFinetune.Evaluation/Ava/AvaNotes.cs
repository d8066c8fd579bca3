using CoFinetune.Data;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Puts the counts that explain an odd figure into words.</summary>
internal static class AvaNotes
{
    private const int PublishedClasses = 60;
    private const int FewVideos = 10;
    private const double TiesThatMatter = 0.0005;

    public static IReadOnlyList<string> Of(
        AvaScore score, LabelMap labels, ScoredBoxes truth, ScoredBoxes detections, KeyframePairing pairing, int excludedTimestamps, string? groupNote)
    {
        var notes = new List<string>();
        void Note(bool holds, string note)
        {
            if (holds) notes.Add(note);
        }

        var (counts, protocol) = (score.Counts, score.Protocol);
        var scored = score.Classes.Count(c => c.Ap is not null);
        Note(detections.Count == 0, "the predictions hold no box");
        Note(scored == 0, "no class has ground truth, so there is no mAP");
        Note(
            scored > 0 && scored < labels.Count,
            $"{labels.Count - scored} of {labels.Count} classes have no ground truth and are left out of the mean");
        Note(
            labels.Count > PublishedClasses && ActionGroups.IsAva(labels),
            $"this label map has {labels.Count} classes; published AVA figures are means over the {PublishedClasses} of ava_action_list_*_for_activitynet_*.pbtxt");
        var fate = protocol.IgnoresUnknownKeyframes ? "are ignored" : "count as wrong";
        Note(
            counts.UnknownKeyframes > 0,
            $"{counts.UnknownKeyframes} of {counts.DetectionKeyframes} predicted keyframes are not in the ground truth, such as "
            + $"{(pairing.FirstUnknown < 0 ? "" : $"{detections.Keyframes[pairing.FirstUnknown].Keyframe}")}: their predictions {fate}");
        Note(
            counts.KeyframesWithoutDetection > 0,
            $"{counts.KeyframesWithoutDetection} of {counts.GroundTruthKeyframes} ground truth keyframes have no prediction");
        Note(!protocol.Excludes && excludedTimestamps > 0, $"protocol {protocol.Name} does not use the {excludedTimestamps} excluded timestamps");
        Note(counts.GroundTruthOutsideMap > 0, $"{counts.GroundTruthOutsideMap} ground truth rows have an action that is not in the label map");
        Note(counts.DetectionsOutsideMap > 0, $"{counts.DetectionsOutsideMap} predictions have an action that is not in the label map");
        Note(counts.GroundTruthWithoutArea > 0, $"{counts.GroundTruthWithoutArea} ground truth boxes have no area and cannot be found");
        Note(counts.DetectionsWithoutArea > 0, $"{counts.DetectionsWithoutArea} predicted boxes have no area and are dropped");
        Note(
            counts.DetectionsOutsideImage > 0,
            $"{counts.DetectionsOutsideImage} predicted boxes reach outside of the image (0 to 1): are they fractions, in the order x1,y1,x2,y2?");
        Note(counts.DetectionsOverCap > 0, $"{counts.DetectionsOverCap} predictions are beyond the best {protocol.Cap} of their keyframe and are left out");
        notes.AddRange(OddKeyframes.Notes(truth, detections, pairing));
        notes.AddRange(OddRows.Notes(truth, detections, labels, pairing, protocol));
        Note(
            score.TieHigh - score.TieLow > TiesThatMatter,
            $"many scores are equal: by the order among them mAP is anything from {score.TieLow:0.0000} to {score.TieHigh:0.0000}; scores of six digits settle it");
        Note(score.Map == 0 && detections.Count > 0, "nothing is right: no prediction overlaps a box of its own action at IoU 0.5");
        Note(groupNote is not null, groupNote!);
        Note(
            score.Bootstrap is not null && score.Videos < FewVideos,
            score.Videos < 2 ? "there are no intervals: one video says nothing about others" : $"the intervals come from drawing {score.Videos} videos, which are few: take them as a rough guide");
        return notes;
    }
}
