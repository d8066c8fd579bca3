namespace CoFinetune.Evaluation.Ava;

/// <summary>Puts the counts that explain an odd figure into words.</summary>
internal static class AvaNotes
{
    public static IReadOnlyList<string> Of(
        AvaCounts counts, AvaProtocol protocol, int scoredClasses, int classes, int excludedTimestamps, string? firstUnknown)
    {
        var notes = new List<string>();
        void Note(bool holds, string note)
        {
            if (holds) notes.Add(note);
        }

        Note(scoredClasses == 0, "no class has ground truth, so there is no mAP");
        Note(
            scoredClasses > 0 && scoredClasses < classes,
            $"{classes - scoredClasses} of {classes} classes have no ground truth and are left out of the mean");
        var fate = protocol.IgnoresUnknownKeyframes ? "are ignored" : "count as wrong";
        Note(
            counts.UnknownKeyframes > 0,
            $"{counts.UnknownKeyframes} of {counts.DetectionKeyframes} predicted keyframes are not in the ground truth, such as {firstUnknown}: "
            + $"their predictions {fate}");
        Note(
            counts.UnknownKeyframes > 0 && counts.UnknownKeyframes == counts.DetectionKeyframes,
            "no predicted keyframe is in the ground truth: are timestamps seconds of the whole movie in both files?");
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
        return notes;
    }
}
