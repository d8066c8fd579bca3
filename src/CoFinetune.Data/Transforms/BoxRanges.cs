using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Transforms;

/// <summary>Moves the sides of person boxes that are in the clip's frame already, and clips them to it. Labels and order stay.</summary>
internal static class BoxRanges
{
    /// <summary>Jitters every box of a training clip.</summary>
    /// <remarks>AlphAction's and VideoMAE's rule: x1 moves by w U(-out, in), x2 by w U(-in, out), and so along y.</remarks>
    /// <param name="target">The clip's target; a class stays as it is.</param>
    /// <param name="shares">Outwards and inwards along x, outwards and inwards along y.</param>
    /// <param name="random">Takes four draws a box.</param>
    public static ClipTarget Jitter(ClipTarget target, IReadOnlyList<double> shares, KeyedRandom random)
    {
        if (shares.All(share => share == 0)) return target;
        var (xOut, xIn, yOut, yIn) = (shares[0], shares[1], shares[2], shares[3]);
        return Each(target, box =>
        {
            var (width, height) = (box.X2 - box.X1, box.Y2 - box.Y1);
            return new(
                Inside(box.X1 + width * random.NextDouble(-xOut, xIn)), Inside(box.Y1 + height * random.NextDouble(-yOut, yIn)),
                Inside(box.X2 + width * random.NextDouble(-xIn, xOut)), Inside(box.Y2 + height * random.NextDouble(-yIn, yOut)));
        });
    }

    /// <summary>Enlarges every box about its center by shares of its width and height.</summary>
    public static ClipTarget Extend(ClipTarget target, IReadOnlyList<double> shares)
    {
        if (shares.All(share => share == 0)) return target;
        return Each(target, box =>
        {
            var (x, y) = ((box.X2 - box.X1) * shares[0] / 2, (box.Y2 - box.Y1) * shares[1] / 2);
            return new(Inside(box.X1 - x), Inside(box.Y1 - y), Inside(box.X2 + x), Inside(box.Y2 + y));
        });
    }

    private static ClipTarget Each(ClipTarget target, Func<Box, Box> move) =>
        target is BoxTarget persons ? new BoxTarget([.. persons.Boxes.Select(person => person with { Box = move(person.Box) })]) : target;

    private static float Inside(double at) => (float)Math.Clamp(at, 0, 1);
}
