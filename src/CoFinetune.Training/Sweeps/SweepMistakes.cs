using System.Globalization;
using CoFinetune.Config;

namespace CoFinetune.Training.Sweeps;

/// <summary>Gathers what is wrong with the jobs of a sweep: one mistake in a value shows in every job that has it.</summary>
internal sealed class SweepMistakes
{
    private const string Argument = "argument ";
    private readonly Dictionary<(string Message, ConfigPlace? Place), (ConfigError Error, bool InSweep, List<string> Jobs)> _found = [];

    /// <summary>Takes the mistakes of one job.</summary>
    /// <param name="job">Its name.</param>
    /// <param name="wrong">What its run file says.</param>
    /// <param name="changes">The changes that the run file was read with, in their order.</param>
    public void Add(string job, ConfigException wrong, IReadOnlyList<SweepChange> changes)
    {
        foreach (var error in wrong.Errors)
        {
            var isChange = error.Place is { Line: 0 } told && told.Source.StartsWith(Argument, StringComparison.Ordinal);
            var place = isChange ? changes[int.Parse(error.Place!.Source[Argument.Length..], CultureInfo.InvariantCulture) - 1].Place(error.Place) : error.Place;
            var key = (error.Message, place);
            if (!_found.TryGetValue(key, out var found)) _found[key] = found = (error with { Place = place }, isChange, []);
            found.Jobs.Add(job);
        }
    }

    /// <summary>Throws all mistakes, if any; one that stands elsewhere and concerns some of the jobs alone names them.</summary>
    /// <param name="count">Number of jobs.</param>
    /// <exception cref="ConfigException">There are some.</exception>
    public void ThrowIfAny(int count)
    {
        if (_found.Count == 0) return;
        throw new ConfigException(
        [
            .. _found.Values
                .OrderByDescending(found => found.InSweep)
                .ThenBy(found => found.Error.Place?.Line)
                .ThenBy(found => found.Error.Place?.Column)
                .Select(found => found.InSweep || found.Jobs.Count == count ? found.Error : found.Error with { Message = $"{found.Error.Message} ({Jobs(found.Jobs)})" }),
        ]);
    }

    private static string Jobs(List<string> jobs) => jobs.Count == 1 ? $"job {jobs[0]}" : $"job {jobs[0]} and {jobs.Count - 1} more";
}
