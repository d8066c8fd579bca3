namespace CoFinetune.Cli.Pictures;

/// <summary>Finds room for labels beside their boxes, so that they hide neither each other nor, where that can be, other persons.</summary>
/// <param name="width">Columns of the picture.</param>
/// <param name="height">Rows of the picture.</param>
/// <param name="boxes">All boxes of the picture.</param>
internal sealed class LabelPlaces(int width, int height, IReadOnlyList<PixelBox> boxes)
{
    private readonly List<PixelBox> _taken = [];

    /// <summary>The best of the places above, below, inside and beside a box; it is taken then.</summary>
    /// <param name="box">The label's own box.</param>
    /// <param name="labelWidth">Columns of the label.</param>
    /// <param name="labelHeight">Rows of the label.</param>
    public PixelBox Take(PixelBox box, int labelWidth, int labelHeight)
    {
        var places = Around(box, labelWidth, labelHeight).Concat(Grid(labelWidth, labelHeight));
        var best = places.First();
        var least = long.MaxValue;
        foreach (var place in places)
        {
            // Another label under this one cannot be read at all, a person can still be seen around it; and a label far from its box is hard to follow.
            var cost = 1000L * _taken.Sum(place.Overlap) + 2L * boxes.Where(other => other != box).Sum(place.Overlap) + place.Overlap(box) + 4L * place.Distance(box) * labelHeight;
            if (cost >= least) continue;
            (best, least) = (place, cost);
            if (cost == 0) break;
        }
        _taken.Add(best);
        return best;
    }

    private IEnumerable<PixelBox> Around(PixelBox box, int w, int h)
    {
        foreach (var left in new[] { box.Left, box.Right - w })
        {
            yield return Inside(left, box.Top - h, w, h);
            yield return Inside(left, box.Bottom, w, h);
        }
        yield return Inside(box.Right, box.Top, w, h);
        yield return Inside(box.Left - w, box.Top, w, h);
        yield return Inside(box.Left, box.Top, w, h);
        yield return Inside(box.Left, box.Bottom - h, w, h);
    }

    // The whole picture, for a crowd.
    private IEnumerable<PixelBox> Grid(int w, int h)
    {
        for (var top = 0; top + h <= height; top += Math.Max(1, h / 2))
            for (var left = 0; left + w <= width; left += Math.Max(1, w / 2)) yield return new(left, top, left + w, top + h);
    }

    private PixelBox Inside(int left, int top, int w, int h)
    {
        (left, top) = (Math.Max(0, Math.Min(left, width - w)), Math.Max(0, Math.Min(top, height - h)));
        return new(left, top, left + w, top + h);
    }
}
