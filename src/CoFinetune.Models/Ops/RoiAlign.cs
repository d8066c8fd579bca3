// B clips, H W cells of a map, C channels, R boxes of all clips, n boxes of one clip, P Q bins along a box's rows and columns
using static TorchSharp.torch;

namespace CoFinetune.Models.Ops;

/// <summary>
/// RoIAlign (Mask R-CNN, 1703.06870) with torchvision's rules. The mean of bilinear samples is separable, border rules included, so a
/// box is the outer product of one small matrix per axis, and pooling all boxes of a clip is one matrix product. Boxes get no gradient.
/// </summary>
public sealed class RoiAlign
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _samplingRatio;
    private readonly bool _aligned;

    /// <summary>A way to pool boxes.</summary>
    /// <param name="rows">Bins along a box's height.</param>
    /// <param name="columns">Bins along a box's width.</param>
    /// <param name="samplingRatio">Samples of a bin along each side; 0 takes as many as the bin has cells, rounded up.</param>
    /// <param name="aligned">True puts cell centres at half coordinates (the right way); false is the older rule, where no box is smaller than a cell.</param>
    public RoiAlign(int rows, int columns, int samplingRatio, bool aligned)
    {
        _rows = rows;
        _columns = columns;
        _samplingRatio = samplingRatio;
        _aligned = aligned;
    }

    /// <summary>Pools each box from its clip's map.</summary>
    /// <param name="map"><c>[B, H, W, C]</c></param>
    /// <param name="boxes">The boxes of the B clips.</param>
    /// <param name="scaleX">Cells per unit of x: W for fractions of the frame.</param>
    /// <param name="scaleY">Cells per unit of y: H for fractions of the frame.</param>
    /// <returns><c>[R, P, Q, C]</c>; rows in the order of the boxes.</returns>
    public Tensor Apply(Tensor map, RoiBoxes boxes, double scaleX, double scaleY)
    {
        var (batch, height, width, channels) = ((int)map.size(0), (int)map.size(1), (int)map.size(2), map.size(3));
        if (boxes.Counts.Count != batch)
            throw new ArgumentException($"boxes of {boxes.Counts.Count} clips for a map of {batch}", nameof(boxes));

        using var scope = NewDisposeScope();
        var cells = map.reshape(batch, height * width, channels);                     // [B, H*W, C]
        // Of no boxes at all, an empty piece of the map: gradients stay defined, and zero.
        if (boxes.Total == 0) return cells.flatten(0, 1).narrow(0, 0, 0).reshape(0, _rows, _columns, channels).MoveToOuterDisposeScope();

        var alongY = Axis(boxes, 1, _rows, height, scaleY).SendTo(map.device).to(map.dtype); // [R, P, H]
        var alongX = Axis(boxes, 0, _columns, width, scaleX).SendTo(map.device).to(map.dtype); // [R, Q, W]
        var maps = cells.unbind(0);                                                   // backward is one copy; that of each cells[clip] a map of zeros
        var pooled = new List<Tensor>();
        var first = 0;
        for (var clip = 0; clip < batch; clip++)
        {
            var count = boxes.Counts[clip];
            if (count == 0) continue;
            // Clip by clip, so that the product with P*Q*H*W numbers per box exists for the boxes of one clip at a time.
            using var clipScope = NewDisposeScope();
            var rows = alongY.narrow(0, first, count).reshape(count, _rows, 1, height, 1);
            var columns = alongX.narrow(0, first, count).reshape(count, 1, _columns, 1, width);
            var weights = rows.mul(columns).reshape(count * _rows * _columns, height * width); // [n*P*Q, H*W]
            pooled.Add(weights.matmul(maps[clip]).MoveToOuterDisposeScope());         // [n*P*Q, C]
            first += count;
        }
        return cat(pooled, 0).reshape(boxes.Total, _rows, _columns, channels).MoveToOuterDisposeScope(); // [R, P, Q, C]
    }

    /// <summary>Weights of each cell in each bin along one axis, <c>[R, bins, cells]</c>.</summary>
    private Tensor Axis(RoiBoxes boxes, int axis, int bins, int cells, double scale)
    {
        var weights = new float[boxes.Total * bins * cells];
        var offset = _aligned ? 0.5 : 0;
        for (var box = 0; box < boxes.Total; box++)
        {
            var low = boxes.Coordinates[4 * box + axis] * scale - offset;
            var size = boxes.Coordinates[4 * box + axis + 2] * scale - offset - low;
            if (!_aligned) size = Math.Max(size, 1);
            var samples = _samplingRatio > 0 ? _samplingRatio : Math.Ceiling(size / bins);
            for (var bin = 0; bin < bins; bin++)
                FillBin(weights.AsSpan((box * bins + bin) * cells, cells), low + bin * (size / bins), size / bins, samples);
        }
        return tensor(weights, [boxes.Total, bins, cells]);
    }

    /// <summary>The mean of <paramref name="samples"/> points of a bin: each point shares its weight between its two cells.</summary>
    private static void FillBin(Span<float> cells, double low, double size, double samples)
    {
        var last = cells.Length - 1;
        var step = size / samples;
        // Points beyond [-1, cells] count as zero. A box far larger than the map has most of its points there: skip to the first that may count.
        var first = step > 0 ? Math.Clamp(Math.Floor((-1 - low) / step) - 1, 0, Math.Max(samples, 0)) : 0;
        for (var sample = first; sample < samples; sample++)
        {
            var place = low + (sample + 0.5) * size / samples;
            if (step > 0 && place > cells.Length) break;
            if (place < -1 || place > cells.Length) continue;
            place = Math.Max(place, 0);
            var cell = (int)place;
            if (cell >= last)
            {
                cells[last] += (float)(1 / samples);
                continue;
            }
            cells[cell] += (float)((1 - (place - cell)) / samples);
            cells[cell + 1] += (float)((place - cell) / samples);
        }
    }
}
