using CoFinetune.Data;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Counts what a score took in and left out.</summary>
internal static class AvaTally
{
    public static AvaCounts Of(
        ScoredBoxes truth, ScoredBoxes detections, FrameMatching matching, bool[] truthIsExcluded, int[] truthOf, int[] pairs, LabelMap labels,
        AvaProtocol protocol)
    {
        var hasDetection = new bool[truth.Keyframes.Count];
        int excluded = truthIsExcluded.Count(e => e), overCap = 0, unknown = 0;
        for (var keyframe = 0; keyframe < pairs.Length; keyframe++)
        {
            var rows = matching.DetectionRows(keyframe).Length;
            if (pairs[keyframe] >= 0) hasDetection[pairs[keyframe]] |= rows > 0;
            else unknown++;
            if (truthOf[keyframe] != FrameMatching.LeftOut) overCap += Math.Max(0, rows - (protocol.Cap ?? rows));
            else if (pairs[keyframe] < 0 && !protocol.IgnoresUnknownKeyframes) excluded++;
        }
        int outsideMap = 0, outsideImage = 0, withoutArea = 0;
        foreach (ref readonly var row in detections.Rows)
        {
            if (labels.IndexOfId(row.ClassId) < 0)
            {
                outsideMap++;
                continue;
            }
            if (row.LeavesImage) outsideImage++;
            if (!row.HasArea) withoutArea++;
        }
        int truthOutsideMap = 0, truthWithoutArea = 0;
        foreach (ref readonly var row in truth.Rows)
        {
            if (labels.IndexOfId(row.ClassId) < 0) truthOutsideMap++;
            else if (!row.HasArea) truthWithoutArea++;
        }
        return new AvaCounts
        {
            GroundTruthKeyframes = truth.Keyframes.Count,
            DetectionKeyframes = detections.Keyframes.Count,
            UnknownKeyframes = unknown,
            ExcludedKeyframes = excluded,
            KeyframesWithoutDetection = hasDetection.Where((found, keyframe) => !found && !truthIsExcluded[keyframe]).Count(),
            GroundTruthOutsideMap = truthOutsideMap,
            GroundTruthWithoutArea = truthWithoutArea,
            DetectionsOutsideMap = outsideMap,
            DetectionsOutsideImage = outsideImage,
            DetectionsWithoutArea = withoutArea,
            DetectionsOverCap = overCap,
        };
    }
}
