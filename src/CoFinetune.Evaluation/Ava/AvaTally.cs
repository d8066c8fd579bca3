using CoFinetune.Data;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Counts what a score took in and left out.</summary>
internal static class AvaTally
{
    public static AvaCounts Of(
        ScoredBoxes truth, ScoredBoxes detections, LabelMap labels, AvaProtocol protocol, KeyframePairing pairing, FrameMatching matching)
    {
        var hasDetection = new bool[truth.Keyframes.Count];
        var overCap = 0;
        for (var keyframe = 0; keyframe < pairing.Count; keyframe++)
        {
            var rows = matching.DetectionRows(keyframe).Length;
            if (rows > 0 && pairing.TruthOf(keyframe) != KeyframePairing.NoTruth) hasDetection[pairing.TruthOf(keyframe)] = true;
            if (pairing.IsScored(keyframe)) overCap += Math.Max(0, rows - (protocol.Cap ?? rows));
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
            UnknownKeyframes = pairing.Unknown,
            ExcludedKeyframes = pairing.Excluded,
            KeyframesWithoutDetection = hasDetection.Where((found, keyframe) => !found && !pairing.IsTruthExcluded(keyframe)).Count(),
            GroundTruthOutsideMap = truthOutsideMap,
            GroundTruthWithoutArea = truthWithoutArea,
            DetectionsOutsideMap = outsideMap,
            DetectionsOutsideImage = outsideImage,
            DetectionsWithoutArea = withoutArea,
            DetectionsOverCap = overCap,
        };
    }
}
