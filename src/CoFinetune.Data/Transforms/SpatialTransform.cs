using System.Runtime.InteropServices;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video;

namespace CoFinetune.Data.Transforms;

/// <summary>How the frames and boxes of one clip become what the model sees: one draw, applied to all of them alike.</summary>
/// <remarks>
/// The decoder scales; only a jittered clip is resized a second time, always from the largest size of its dataset, so that decoded frames
/// can be used again in later epochs.
/// </remarks>
public sealed class SpatialTransform
{
    private readonly FrameSize _resized;
    private readonly int _top;
    private readonly int _left;
    private readonly bool _flip;
    private readonly bool _dropsBoxes;
    private readonly FrameResizer? _resizer;

    private SpatialTransform(FrameSize decoded, FrameSize resized, int top, int left, FrameSize view, bool flip, bool dropsBoxes)
    {
        (Decoded, _resized, _top, _left, View, _flip, _dropsBoxes) = (decoded, resized, top, left, view, flip, dropsBoxes);
        if (decoded != resized) _resizer = new FrameResizer(decoded, resized, top, left, view);
    }

    /// <summary>The size the decoder is asked for.</summary>
    public FrameSize Decoded { get; }

    /// <summary>The size the model sees.</summary>
    public FrameSize View { get; }

    /// <summary>A training view: short side, scale, place of the square and flip drawn at random.</summary>
    /// <param name="video">The video.</param>
    /// <param name="size">Side of the square.</param>
    /// <param name="config">Fit, jitter, scale and flip of the dataset.</param>
    /// <param name="random">Takes four draws, whatever the configuration; those of the scale are a branch.</param>
    public static SpatialTransform Train(VideoInfo video, int size, DatasetConfig config, KeyedRandom random)
    {
        var (low, high) = (config.Jitter.Min(), config.Jitter.Max());
        var unit = SideLength.Unit(high, size);
        var side = (int)Math.Round(unit * random.NextDouble(low, high));
        var (down, right) = (random.NextDouble(), random.NextDouble());
        var flip = random.NextDouble() < config.Flip;
        var square = new FrameSize(size, size);
        if (config.Fit == FrameFit.Stretch) return new(square, square, 0, 0, square, flip, dropsBoxes: true);

        var largest = unit * high > size ? 2 * (int)Math.Ceiling(unit * high / 2) : size;
        var decoded = new FrameSize(video.Height, video.Width).WithShortSide(largest, step: 2);
        var resized = decoded.WithShortSide(side);
        if (config.Augment.ScalesFrames) resized = Scaled(resized, size, config.Augment.Scale, random.Branch(Purpose.Scale));
        var (top, left) = ((int)(down * (resized.Height - size + 1)), (int)(right * (resized.Width - size + 1)));
        return new(decoded, resized, top, left, square, flip, dropsBoxes: true);
    }

    /// <summary>A test view: a square of a clip, the whole frame for detection, or the stretched frame.</summary>
    /// <param name="video">The video.</param>
    /// <param name="size">Side of the square; short side of a whole frame, whose long side is rounded to a multiple of 16.</param>
    /// <param name="config">Fit and test side of the dataset.</param>
    /// <param name="task">What the dataset asks of the model.</param>
    /// <param name="part">Which square.</param>
    public static SpatialTransform Test(VideoInfo video, int size, DatasetConfig config, ClipTask task, TestView part)
    {
        var square = new FrameSize(size, size);
        if (config.Fit == FrameFit.Stretch) return Whole(square);
        var source = new FrameSize(video.Height, video.Width);
        if (task == ClipTask.ActionDetection) return Whole(source.WithShortSide(size, step: 16));

        var decoded = source.WithShortSide(SideLength.Pixels(config.TestSide, size), step: 2);
        var (down, right) = (decoded.Height - size, decoded.Width - size);
        var (top, left) = decoded.Height > decoded.Width ? (part.StartOf(down), right / 2) : (down / 2, part.StartOf(right));
        return new(decoded, decoded, top, left, square, flip: false, dropsBoxes: false);
    }

    /// <summary>Moves one frame, <c>[Decoded, 3]</c>, into the view, <c>[View, 3]</c>.</summary>
    public void Apply(ReadOnlySpan<byte> frame, Span<byte> view)
    {
        if (_resizer is not null) _resizer.Apply(frame, view);
        else if (Decoded == View) frame.CopyTo(view);
        else CopyWindow(frame, view);
        if (!_flip) return;
        var pixels = MemoryMarshal.Cast<byte, Pixel>(view);
        for (var y = 0; y < View.Height; y++) pixels.Slice(y * View.Width, View.Width).Reverse();
    }

    /// <summary>Moves boxes into the view and clips them to it. In training, persons of whom nothing is left in the view are dropped with
    /// their labels; in the test view every box is kept.</summary>
    /// <remarks>SlowFast keeps them as boxes without area, whose pooled features say nothing about their labels.</remarks>
    public ClipTarget Apply(ClipTarget target)
    {
        if (target is not BoxTarget persons) return target;
        var moved = persons.Boxes.Select(person => person with { Box = Move(person.Box) });
        return new BoxTarget([.. moved.Where(person => !_dropsBoxes || (person.Box.X1 < person.Box.X2 && person.Box.Y1 < person.Box.Y2))]);
    }

    private static SpatialTransform Whole(FrameSize size) => new(size, size, 0, 0, size, flip: false, dropsBoxes: false);

    private static FrameSize Scaled(FrameSize frame, int least, IReadOnlyList<double> range, KeyedRandom random) => new(
        Math.Max(least, (int)Math.Round(frame.Height * random.NextDouble(range[0], range[1]))),
        Math.Max(least, (int)Math.Round(frame.Width * random.NextDouble(range[0], range[1]))));

    private Box Move(Box box)
    {
        var (x1, x2) = (Along(box.X1, _resized.Width, _left, View.Width), Along(box.X2, _resized.Width, _left, View.Width));
        if (_flip) (x1, x2) = (1 - x2, 1 - x1);
        return new(x1, Along(box.Y1, _resized.Height, _top, View.Height), x2, Along(box.Y2, _resized.Height, _top, View.Height));

        static float Along(float at, int resized, int start, int view) => Math.Clamp((at * resized - start) / view, 0, 1);
    }

    private void CopyWindow(ReadOnlySpan<byte> frame, Span<byte> view)
    {
        var rowBytes = View.Width * 3;
        for (var y = 0; y < View.Height; y++)
            frame.Slice(((_top + y) * Decoded.Width + _left) * 3, rowBytes).CopyTo(view[(y * rowBytes)..]);
    }

    private readonly record struct Pixel(byte R, byte G, byte B);
}
