using CoFinetune.Models;
using CoFinetune.Models.Import;
using CoFinetune.Models.Weights;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training;

/// <summary>Fills a new run's model from <c>init:</c>. A resumed run never comes here: its own checkpoint wins over any start.</summary>
internal static class StartWeights
{
    /// <summary>
    /// Fills <paramref name="model"/>, which is on the CPU and not filled yet: the trunk must fit whole, or by a rule of <c>init:</c>; heads are
    /// taken where name and shape fit, others start fresh.
    /// </summary>
    /// <returns>Where each parameter came from; null without <c>init:</c>.</returns>
    /// <exception cref="CheckpointException">There is nothing to read.</exception>
    /// <exception cref="WeightsException">The file is broken, or does not fit.</exception>
    public static ImportReport? Fill(CoFinetuneModel model, InitConfig? init)
    {
        if (init is null)
        {
            model.Fill();
            return null;
        }
        var place = StartPlace.Find(init.From);
        using var source = SourceModel.Open(place.Weights, init.Prefix);
        var report = WeightImport.Run(model, source, init);
        return report with { Source = report.Source + place.Note };
    }
}
