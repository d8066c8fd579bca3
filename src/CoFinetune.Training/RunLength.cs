using CoFinetune.Config;
using CoFinetune.Data;

namespace CoFinetune.Training;

/// <summary>Turns <c>epochs:</c> into <c>steps:</c>, before anything depends on them; what is written from then on holds the steps alone.</summary>
public static class RunLength
{
    /// <summary>The run with its steps counted; itself where its file says them.</summary>
    /// <param name="loaded">A run file; of a run in epochs the dataset that they are counted by is opened.</param>
    /// <param name="say">Told of the steps that were counted.</param>
    /// <exception cref="DataException">A file of the dataset is missing or broken.</exception>
    /// <exception cref="ConfigException">The steps are too many, or too few for the mixture.</exception>
    public static LoadedConfig<RunConfig> Resolve(LoadedConfig<RunConfig> loaded, Action<string> say)
    {
        var config = loaded.Value;
        if (config.Epochs is not { } epochs) return loaded;
        var dataset = epochs.IndexIn(config.MixtureDatasets);
        var name = config.MixtureDatasets[dataset].Name;
        var entries = RunDataset.CountTraining(config, name);
        var steps = config.Mixture.StepsFor(config.MixtureDatasets, dataset, (long)decimal.Ceiling((decimal)epochs.Count * entries));
        var place = loaded.Origins.GetValueOrDefault("epochs.count");
        if (steps > int.MaxValue) throw Broken(place, $"{epochs.Count} epochs of {entries} entries of {name} are more than {int.MaxValue} steps", "fewer epochs, or a larger share");

        var check = new ConfigCheck();
        config.Mixture.Check(check, config.MixtureDatasets, steps);
        foreach (var (property, message, hint) in check.Broken) throw Broken(loaded.Origins.GetValueOrDefault(property) ?? place, message, hint);
        say($"steps: {steps}, for {epochs.Count} x {entries} training entries of {name}");
        return new(
            config with { Steps = steps, Epochs = null },
            loaded.Origins.Where(pair => !pair.Key.StartsWith("epochs.", StringComparison.Ordinal)).Append(new("steps", place!)).ToDictionary());
    }

    private static ConfigException Broken(ConfigPlace? place, string message, string? hint) => new([new("config.broken_rule", message, place, hint)]);
}
