using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Transforms;

/// <summary>RandAugment as Scenic applies it to clips: every operation takes the clip for one image, so all frames change alike.</summary>
/// <remarks>
/// Each layer draws evenly from eleven operations and none at all; the geometric ones are absent. Levels, means and histograms are those of the
/// whole clip. Strengths are TensorFlow's, with magnitude 10 as full strength; the pixel rules are PIL's, which differ from TensorFlow's in roundings.
/// </remarks>
internal static class RandAugment
{
    private const double FullStrength = 10;
    private const byte CutoutFill = 128;

    private enum Operation
    {
        AutoContrast,
        Equalize,
        Invert,
        Posterize,
        Solarize,
        Color,
        Contrast,
        Brightness,
        Sharpness,
        Cutout,
        SolarizeAdd,
        Nothing,
    }

    /// <summary>Changes <paramref name="clip"/>, <c>[T, frame, 3]</c>.</summary>
    /// <param name="clip">The pixels.</param>
    /// <param name="frame">Size of a frame.</param>
    /// <param name="config">Layers and magnitude.</param>
    /// <param name="random">Takes three draws a layer.</param>
    public static void Apply(Span<byte> clip, FrameSize frame, RandAugmentConfig config, KeyedRandom random)
    {
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var operation = (Operation)random.NextInt((int)Operation.Nothing + 1);
            var (y, x) = (random.NextInt(frame.Height), random.NextInt(frame.Width));
            Apply(clip, frame, operation, config.Magnitude / FullStrength, y, x);
        }
    }

    private static void Apply(Span<byte> clip, FrameSize frame, Operation operation, double strength, int y, int x)
    {
        var factor = (float)(strength * 1.8 + 0.1);
        switch (operation)
        {
            case Operation.AutoContrast: LevelTables.AutoContrast(clip).Apply(clip); break;
            case Operation.Equalize: LevelTables.Equalize(clip).Apply(clip); break;
            case Operation.Invert: LevelTables.Invert.Apply(clip); break;
            case Operation.Posterize: LevelTables.Posterize(Math.Clamp((int)(strength * 4), 1, 8)).Apply(clip); break;
            case Operation.Solarize: LevelTables.Solarize((int)(strength * 256)).Apply(clip); break;
            case Operation.SolarizeAdd: LevelTables.SolarizeAdd((int)(strength * 110), 128).Apply(clip); break;
            case Operation.Color: PixelFilters.Color(clip, factor); break;
            case Operation.Contrast: LevelTables.Contrast(clip, factor).Apply(clip); break;
            case Operation.Brightness: LevelTables.Blend(0, factor).Apply(clip); break;
            case Operation.Sharpness: PixelFilters.Sharpness(clip, frame, factor); break;
            case Operation.Cutout: PixelFilters.Cutout(clip, frame, y, x, (int)(strength * 40), CutoutFill); break;
            case Operation.Nothing: break;
        }
    }
}
