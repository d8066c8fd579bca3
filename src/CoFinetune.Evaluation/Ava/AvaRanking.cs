using CoFinetune.Data;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Every class's detections, matched and ranked; all that frame-mAP and its confidence need.</summary>
/// <remarks>
/// Equal scores of a class are ranked by a rule of our own, because the official order depends on numpy's unstable sort: keyframes in the
/// order of their first scored row, within a keyframe in the order of the official heap, and then the later one first. For up to 16
/// detections of a class that is the official order.
/// </remarks>
internal sealed class AvaRanking
{
    private readonly List<string> _videos = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Ranks what <paramref name="matching"/> found.</summary>
    public AvaRanking(ScoredBoxes truth, ScoredBoxes detections, LabelMap labels, KeyframePairing pairing, FrameMatching matching)
    {
        int[] truthVideos = [.. truth.Keyframes.Select((mention, keyframe) => pairing.IsTruthExcluded(keyframe) ? -1 : Number(mention.Keyframe.Video))];
        int[] videos = [.. detections.Keyframes.Select((mention, keyframe) =>
            pairing.IsScored(keyframe) && !matching.DetectionRows(keyframe).IsEmpty ? Number(mention.Keyframe.Video) : -1)];
        var positives = Positives(truth, labels, truthVideos);
        var places = Places(matching, labels, videos);
        var classes = new ClassRanking[labels.Count];
        Parallel.For(0, classes.Length, label => classes[label] = Rank(matching, places[label], videos, positives[label]));
        Classes = classes;
    }

    /// <summary>The videos that take part: those with a keyframe of the ground truth or with predictions that count.</summary>
    public IReadOnlyList<string> Videos => _videos;

    /// <summary>The classes, by index.</summary>
    public IReadOnlyList<ClassRanking> Classes { get; }

    private int Number(string video)
    {
        if (_numbers.TryGetValue(video, out var number)) return number;
        _numbers.Add(video, _videos.Count);
        _videos.Add(video);
        return _videos.Count - 1;
    }

    /// <summary>Ground truth boxes per class and video.</summary>
    private int[][] Positives(ScoredBoxes truth, LabelMap labels, int[] truthVideos)
    {
        int[][] positives = [.. Enumerable.Range(0, labels.Count).Select(_ => new int[_videos.Count])];
        foreach (ref readonly var row in truth.Rows)
        {
            var label = labels.IndexOfId(row.ClassId);
            if (label >= 0 && truthVideos[row.Keyframe] >= 0) positives[label][truthVideos[row.Keyframe]]++;
        }
        return positives;
    }

    /// <summary>The matched places of each class with their keyframes, keyframes in the order of their first scored row.</summary>
    private static List<(int Place, int Keyframe)>[] Places(FrameMatching matching, LabelMap labels, int[] videos)
    {
        List<(int, int)>[] places = [.. Enumerable.Range(0, labels.Count).Select(_ => new List<(int, int)>())];
        var order = Enumerable.Range(0, videos.Length).Where(keyframe => videos[keyframe] >= 0).OrderBy(keyframe => matching.DetectionRows(keyframe)[0]);
        foreach (var keyframe in order)
        {
            var first = matching.FirstPlace(keyframe);
            var end = first + matching.DetectionRows(keyframe).Length;
            for (var place = first; place < end && matching.Classes[place] >= 0; place++) places[matching.Classes[place]].Add((place, keyframe));
        }
        return places;
    }

    private static ClassRanking Rank(FrameMatching matching, List<(int Place, int Keyframe)> places, int[] videos, int[] positives)
    {
        var scores = places.ConvertAll(at => matching.Scores[at.Place]).ToArray();
        var sequence = Enumerable.Range(0, places.Count).ToArray();
        StableSort.Ascending(scores, sequence);
        Array.Reverse(scores);
        Array.Reverse(sequence);
        return new ClassRanking
        {
            Scores = scores,
            Hits = Array.ConvertAll(sequence, i => matching.Hits[places[i].Place]),
            Keyframes = Array.ConvertAll(sequence, i => places[i].Keyframe),
            Videos = Array.ConvertAll(sequence, i => videos[places[i].Keyframe]),
            PositivesOfVideo = positives,
        };
    }
}
