using CoFinetune.Models.Layers;

namespace CoFinetune.Training;

/// <summary>A batch does not fit in memory. Ends a command with exit code 6.</summary>
public sealed class BatchMemoryException : OutOfMemoryException
{
    private BatchMemoryException(string message, string hint, Exception cause)
        : base($"{message}: {cause.Message.Split('\n')[0]}", cause) => Hint = hint;

    /// <summary>The settings to lower, with their present values.</summary>
    public string Hint { get; }

    /// <summary>A step's clips do not fit.</summary>
    /// <param name="config">The run.</param>
    /// <param name="step">The step, counted from 1.</param>
    /// <param name="clips">Clips of each dataset in it.</param>
    /// <param name="cause">What libtorch or the runtime said.</param>
    internal static BatchMemoryException OfStep(RunConfig config, long step, IReadOnlyList<(string Dataset, int Count)> clips, Exception cause)
    {
        var pass = Math.Min(config.Mixture.SeparatePasses ? clips.Max(part => part.Count) : clips.Sum(part => part.Count), config.MicroBatch ?? int.MaxValue);
        return new(
            $"step {step} does not fit in memory: {clips.Sum(part => part.Count)} clips of {Shape(config)} "
            + $"({string.Join(", ", clips.Select(part => $"{part.Dataset} {part.Count}"))}), {pass} in a pass",
            WhatToLower(config, pass), cause);
    }

    /// <summary>The settings that a step of this many clips in a pass needs less memory with.</summary>
    internal static string WhatToLower(RunConfig config, int pass)
    {
        var settings = new List<string>();
        if (pass > 1) settings.Add($"micro_batch ({config.MicroBatch?.ToString() ?? "null"}; below {pass})");
        if (config.Recompute.Mode == RecomputeMode.None) settings.Add("recompute: blocks (none)");
        if (config.Precision == Precision.Fp32) settings.Add("precision: bf16 (fp32)");
        settings.Add($"mixture.batch ({config.Mixture.LargestBatch(config.MixtureDatasets)})");
        settings.Add($"clip.size ({config.Clip.Size})");
        settings.Add($"clip.frames ({config.Clip.Frames})");
        return $"lower one of these, now as in brackets: {string.Join(", ", settings)}";
    }

    /// <summary>The clips that a dataset is scored with do not fit.</summary>
    internal static BatchMemoryException OfScoring(RunConfig config, string dataset, Exception cause) => new(
        $"scoring {dataset} does not fit in memory: up to {config.Evaluate.Batch} clips of {Shape(config)} or larger at a time",
        $"lower evaluate.batch ({config.Evaluate.Batch})", cause);

    private static string Shape(RunConfig config) => $"{config.Clip.Frames} x {config.Clip.Size} x {config.Clip.Size}";
}
