using CoFinetune.Data.Annotations;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Which keyframes of the predictions are which of the ground truth, and which take part.</summary>
internal sealed class KeyframePairing
{
    /// <summary>In place of a number: the ground truth has no such keyframe.</summary>
    public const int NoTruth = -1;

    private readonly int[] _truthOf;
    private readonly bool[] _isScored;
    private readonly bool[] _isTruthExcluded;

    /// <summary>Pairs the keyframes of two tables by the rules of <paramref name="protocol"/>.</summary>
    public KeyframePairing(ScoredBoxes truth, ScoredBoxes detections, AvaProtocol protocol, IReadOnlySet<Keyframe>? excluded)
    {
        var leftOut = protocol.Excludes && excluded is not null ? excluded : new HashSet<Keyframe>();
        var numbers = new Dictionary<Keyframe, int>(truth.Keyframes.Count);
        for (var i = 0; i < truth.Keyframes.Count; i++) numbers.Add(truth.Keyframes[i].Keyframe, i);
        _isTruthExcluded = [.. truth.Keyframes.Select(mention => leftOut.Contains(mention.Keyframe))];
        _truthOf = [.. detections.Keyframes.Select(mention => numbers.GetValueOrDefault(mention.Keyframe, NoTruth))];
        _isScored = [.. detections.Keyframes.Select((mention, keyframe) =>
            !leftOut.Contains(mention.Keyframe) && !(_truthOf[keyframe] == NoTruth && protocol.IgnoresUnknownKeyframes))];
        Excluded = _isTruthExcluded.Count(e => e)
            + detections.Keyframes.Where((mention, keyframe) => _truthOf[keyframe] == NoTruth && leftOut.Contains(mention.Keyframe)).Count();
    }

    /// <summary>Number of prediction keyframes.</summary>
    public int Count => _truthOf.Length;

    /// <summary>Number of excluded keyframes that either table names.</summary>
    public int Excluded { get; }

    /// <summary>Number of prediction keyframes that the ground truth does not name.</summary>
    public int Unknown => _truthOf.Count(truth => truth == NoTruth);

    /// <summary>The first prediction keyframe that the ground truth does not name, or -1.</summary>
    public int FirstUnknown => Array.IndexOf(_truthOf, NoTruth);

    /// <summary>The truth keyframe of a prediction keyframe, or <see cref="NoTruth"/>.</summary>
    public int TruthOf(int keyframe) => _truthOf[keyframe];

    /// <summary>Whether the predictions of a prediction keyframe count.</summary>
    public bool IsScored(int keyframe) => _isScored[keyframe];

    /// <summary>Whether a truth keyframe is excluded.</summary>
    public bool IsTruthExcluded(int truthKeyframe) => _isTruthExcluded[truthKeyframe];
}
