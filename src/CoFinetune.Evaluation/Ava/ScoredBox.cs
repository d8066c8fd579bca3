namespace CoFinetune.Evaluation.Ava;

/// <summary>One row of a ground truth or prediction file.</summary>
/// <param name="Keyframe">The keyframe's number in its <see cref="ScoredBoxes"/>.</param>
/// <param name="ClassId">The published class id.</param>
/// <param name="X1">Left, in fractions of the image.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
/// <param name="Score">Confidence; of a ground truth row its last column, the person id, which the official evaluator reads as a
/// score.</param>
internal readonly record struct ScoredBox(int Keyframe, int ClassId, double X1, double Y1, double X2, double Y2, double Score)
{
    /// <summary>Whether the box has an area.</summary>
    public bool HasArea => X1 < X2 && Y1 < Y2;

    /// <summary>Whether the box leaves the image.</summary>
    public bool LeavesImage => X1 < 0 || Y1 < 0 || X2 > 1 || Y2 > 1;

    /// <summary>Intersection over union with <paramref name="other"/>, no pixel added.</summary>
    public double Iou(in ScoredBox other)
    {
        var width = Math.Max(0, Math.Min(X2, other.X2) - Math.Max(X1, other.X1));
        var height = Math.Max(0, Math.Min(Y2, other.Y2) - Math.Max(Y1, other.Y1));
        var intersection = width * height;
        return intersection / (((X2 - X1) * (Y2 - Y1)) + ((other.X2 - other.X1) * (other.Y2 - other.Y1)) - intersection);
    }

    /// <summary>Whether this row comes before <paramref name="other"/> as (score, class, y1, x1, y2, x2).</summary>
    public bool IsBelow(in ScoredBox other)
    {
        if (Score != other.Score) return Score < other.Score;
        if (ClassId != other.ClassId) return ClassId < other.ClassId;
        if (Y1 != other.Y1) return Y1 < other.Y1;
        if (X1 != other.X1) return X1 < other.X1;
        if (Y2 != other.Y2) return Y2 < other.Y2;
        return X2 < other.X2;
    }
}
