using CoFinetune.Data.Sampling;

namespace CoFinetune.Data.Transforms;

/// <summary>What training does to the pixels of a clip that is cut out already: RandAugment, color jitter, loss of color; one draw for all frames.</summary>
internal static class ClipAugmentation
{
    /// <summary>Changes <paramref name="clip"/>, <c>[T, frame, 3]</c>, as the dataset's config and the sample's draws say.</summary>
    /// <param name="clip">The pixels.</param>
    /// <param name="frame">Size of a frame.</param>
    /// <param name="config">What may happen, and how often.</param>
    /// <param name="random">The sample's draws. No setting changes the draws of another; those of RandAugment come last.</param>
    public static void Apply(Span<byte> clip, FrameSize frame, AugmentConfig config, KeyedRandom random)
    {
        var jitters = random.NextDouble() < config.Color;
        var jitter = ColorJitter.Draw(config, random);
        var grey = random.NextDouble() < config.Grey;
        if (config.RandAugment is { } operations) RandAugment.Apply(clip, frame, operations, random);
        if (jitters) jitter.Apply(clip, frame);
        if (grey) ColorJitter.RemoveColor(clip);
    }
}
