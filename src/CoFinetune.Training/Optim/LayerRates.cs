using CoFinetune.Config;
using CoFinetune.Models;

namespace CoFinetune.Training.Optim;

/// <summary>
/// What the learning rate of each parameter is multiplied by: layer-wise decay as BEiT and VideoMAE have it, decay^(top - depth) with the heads and
/// the final norm at the top, times the scale of the part that names the parameter most closely.
/// </summary>
internal static class LayerRates
{
    /// <summary>The scale of each parameter, in the same order.</summary>
    /// <exception cref="ConfigException">A part holds no parameter, or all are frozen.</exception>
    public static IReadOnlyList<double> Of(OptimizerConfig config, IReadOnlyList<ModelParameter> parameters)
    {
        foreach (var part in config.Parts.Where(part => !parameters.Any(p => part.Holds(p.Name))))
            throw Mistake($"optimizer.parts names '{part.Name}', which no parameter's name begins with", $"names are like {parameters[0].Name} and {parameters[^1].Name}");
        var top = parameters.Max(p => p.Depth);
        double[] scales = [.. parameters.Select(p => Math.Pow(config.LayerDecay, top - p.Depth) * PartScale(config, p.Name))];
        return scales.Any(scale => scale > 0) ? scales : throw Mistake("optimizer.parts freezes every parameter", "leave something to train");
    }

    private static double PartScale(OptimizerConfig config, string parameter) =>
        config.Parts.Where(part => part.Holds(parameter)).MaxBy(part => part.Name.Length)?.LrScale ?? 1;

    private static ConfigException Mistake(string message, string hint) => new([new("config.optimizer_parts", message, null, hint)]);
}
