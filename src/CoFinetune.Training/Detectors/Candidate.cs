namespace CoFinetune.Training.Detectors;

/// <summary>A box of a detector, in pixels of its input.</summary>
/// <param name="X1">Left.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
/// <param name="Score">Confidence, 0 to 1.</param>
internal readonly record struct Candidate(float X1, float Y1, float X2, float Y2, float Score)
{
    /// <summary>Intersection over union.</summary>
    public float Iou(in Candidate other)
    {
        var width = Math.Max(0, Math.Min(X2, other.X2) - Math.Max(X1, other.X1));
        var height = Math.Max(0, Math.Min(Y2, other.Y2) - Math.Max(Y1, other.Y1));
        var both = width * height;
        var either = (X2 - X1) * (Y2 - Y1) + (other.X2 - other.X1) * (other.Y2 - other.Y1) - both;
        return either > 0 ? both / either : 0;
    }
}
