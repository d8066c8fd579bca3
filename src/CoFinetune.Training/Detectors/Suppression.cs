namespace CoFinetune.Training.Detectors;

/// <summary>Non-maximum suppression: of boxes that overlap much, the best one stays.</summary>
internal static class Suppression
{
    /// <summary>YOLO's own overlap.</summary>
    public const float Overlap = 0.45f;

    /// <summary>The boxes that stay, best first; equal scores in their order.</summary>
    /// <param name="boxes">All boxes of one class.</param>
    /// <param name="overlap">IoU above which the weaker box goes.</param>
    /// <param name="most">Most boxes that stay.</param>
    public static List<Candidate> Keep(IEnumerable<Candidate> boxes, float overlap, int most)
    {
        var kept = new List<Candidate>();
        foreach (var box in boxes.OrderByDescending(box => box.Score))
        {
            if (kept.Count == most) break;
            if (kept.All(better => better.Iou(box) <= overlap)) kept.Add(box);
        }
        return kept;
    }
}
