using CoFinetune.Data;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Matches the predictions of each keyframe with its ground truth at IoU 0.5.</summary>
/// <remarks>
/// Best score first, each prediction looks only at the box of its class that it overlaps most (the first of equals, taken or not): right
/// when the IoU reaches 0.5 and the box is not taken. There is no second choice, and boxes are not clipped to the image.
/// </remarks>
internal sealed class FrameMatching
{
    private const double MinIou = 0.5;
    private readonly ScoredBoxes _truth;
    private readonly ScoredBoxes _detections;
    private readonly RowsByKeyframe _truthRows;
    private readonly RowsByKeyframe _detectionRows;
    private readonly LabelMap _labels;

    /// <summary>Prepares the matching of rows whose class is in <paramref name="labels"/>.</summary>
    public FrameMatching(ScoredBoxes truth, ScoredBoxes detections, LabelMap labels)
    {
        (_truth, _detections, _labels) = (truth, detections, labels);
        _truthRows = new RowsByKeyframe(truth, id => labels.IndexOfId(id) >= 0);
        _detectionRows = new RowsByKeyframe(detections, id => labels.IndexOfId(id) >= 0);
        Classes = new int[_detectionRows.Count];
        Scores = new double[_detectionRows.Count];
        Hits = new bool[_detectionRows.Count];
        Array.Fill(Classes, -1);
    }

    /// <summary>Class index of each place; -1 where a prediction did not count.</summary>
    public int[] Classes { get; }

    /// <summary>Score of each place.</summary>
    public double[] Scores { get; }

    /// <summary>Whether the prediction of each place is right.</summary>
    public bool[] Hits { get; }

    /// <summary>Numbers of the prediction rows at a keyframe.</summary>
    public ReadOnlySpan<int> DetectionRows(int keyframe) => _detectionRows[keyframe];

    /// <summary>The first of the keyframe's places in <see cref="Classes"/>, <see cref="Scores"/> and <see cref="Hits"/>; it has one per
    /// prediction row.</summary>
    public int FirstPlace(int keyframe) => _detectionRows.Start(keyframe);

    /// <summary>Fills the places of every prediction keyframe. Keyframes do not touch each other, so the result is the same on any number
    /// of cores.</summary>
    /// <param name="pairing">Which keyframes belong together.</param>
    /// <param name="cap">Most predictions per keyframe.</param>
    public void Run(KeyframePairing pairing, int? cap) =>
        Parallel.For(
            0, pairing.Count,
            () => new Scratch(),
            (keyframe, _, scratch) =>
            {
                if (pairing.IsScored(keyframe)) Match(keyframe, pairing.TruthOf(keyframe), cap, scratch);
                return scratch;
            },
            _ => { });

    private void Match(int keyframe, int truthKeyframe, int? cap, Scratch scratch)
    {
        ReadOnlySpan<ScoredBox> truth = _truth.Rows, detections = _detections.Rows;
        var candidates = truthKeyframe == KeyframePairing.NoTruth ? [] : scratch.Truth.Select(truth, _truthRows[truthKeyframe], null);
        var taken = scratch.Taken(candidates.Length);
        var place = _detectionRows.Start(keyframe);
        foreach (var index in scratch.Detections.Select(detections, _detectionRows[keyframe], cap))
        {
            ref readonly var detection = ref detections[index];
            if (!detection.HasArea) continue;
            var best = -1;
            var bestIou = double.NegativeInfinity;
            for (var i = 0; i < candidates.Length; i++)
            {
                ref readonly var candidate = ref truth[candidates[i]];
                if (candidate.ClassId != detection.ClassId) continue;
                var iou = detection.Iou(candidate);
                if (iou > bestIou) (best, bestIou) = (i, iou);
            }
            var hit = bestIou >= MinIou && !taken[best];
            if (hit) taken[best] = true;
            (Classes[place], Scores[place], Hits[place]) = (_labels.IndexOfId(detection.ClassId), detection.Score, hit);
            place++;
        }
    }

    /// <summary>Working memory of one thread.</summary>
    private sealed class Scratch
    {
        private bool[] _taken = new bool[64];

        public BestRows Truth { get; } = new();

        public BestRows Detections { get; } = new();

        public Span<bool> Taken(int count)
        {
            if (_taken.Length < count) _taken = new bool[Math.Max(count, 2 * _taken.Length)];
            var taken = _taken.AsSpan(0, count);
            taken.Clear();
            return taken;
        }
    }
}
