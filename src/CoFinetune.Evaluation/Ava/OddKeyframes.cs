using System.Globalization;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Finds why predicted keyframes are not those of the ground truth: other video names, or seconds that count from another
/// start.</summary>
internal static class OddKeyframes
{
    private const int SampledVideos = 50;
    private const int SampledKeyframes = 20;
    private const int FewestUnknown = 3;

    public static IEnumerable<string> Notes(ScoredBoxes truth, ScoredBoxes detections, KeyframePairing pairing)
    {
        if (pairing.Unknown == 0 || truth.Keyframes.Count == 0) yield break;
        var known = truth.Keyframes.GroupBy(mention => mention.Keyframe.Video).ToDictionary(g => g.Key, g => g.Select(m => m.Keyframe.Microseconds).ToHashSet());
        var shared = detections.Keyframes.Select(mention => mention.Keyframe).Where(keyframe => known.ContainsKey(keyframe.Video)).ToList();
        if (shared.Count == 0)
        {
            var (first, other) = (detections.Keyframes[0].Keyframe.Video, truth.Keyframes[0].Keyframe.Video);
            var bare = Path.GetFileNameWithoutExtension(first);
            yield return $"no video of the predictions is in the ground truth: they name '{first}', the ground truth '{other}'"
                + (bare != first && known.ContainsKey(bare) ? $"; video ids have no folder and no ending, '{bare}' would be found" : "");
            yield break;
        }
        var unknown = shared.Where(keyframe => !known[keyframe.Video].Contains(keyframe.Microseconds)).ToList();
        if (unknown.Count == shared.Count && unknown.Count < FewestUnknown) yield return "no predicted keyframe is in the ground truth: are timestamps seconds of the whole movie in both files?";
        if (unknown.Count < FewestUnknown) yield break;
        var shift = MostFrequentShift(unknown, known);
        var left = shared.Count(keyframe => !known[keyframe.Video].Contains(keyframe.Microseconds + shift));
        if (left * 10 <= unknown.Count)
        {
            yield return $"{shared.Count - left} of {shared.Count} predicted keyframes would be in the ground truth, not {shared.Count - unknown.Count}, with all seconds "
                + string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(shift / 1e6):0.######} {(shift > 0 ? "higher" : "lower")}: are timestamps seconds of the whole movie in both files?");
        }
        else if (unknown.Count == shared.Count)
        {
            yield return "no predicted keyframe is in the ground truth: are timestamps seconds of the whole movie in both files?";
        }
    }

    /// <summary>The step in microseconds that takes most of a sample of unknown keyframes to one of the ground truth.</summary>
    private static long MostFrequentShift(List<Keyframe> unknown, Dictionary<string, HashSet<long>> known)
    {
        var votes = new Dictionary<long, int>();
        foreach (var video in unknown.GroupBy(keyframe => keyframe.Video).Take(SampledVideos))
        {
            var times = video.ToList();
            for (var i = 0; i < SampledKeyframes && i < times.Count; i++)
            {
                // Spread over the video: where only the last seconds are unknown, they are what tells.
                var time = times[(int)((long)i * times.Count / Math.Min(SampledKeyframes, times.Count))].Microseconds;
                foreach (var other in known[video.Key]) votes[other - time] = votes.GetValueOrDefault(other - time) + 1;
            }
        }
        return votes.OrderByDescending(vote => vote.Value).ThenBy(vote => Math.Abs(vote.Key)).First().Key;
    }
}
