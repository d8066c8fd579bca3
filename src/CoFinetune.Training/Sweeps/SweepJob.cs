namespace CoFinetune.Training.Sweeps;

/// <summary>One run of a sweep.</summary>
/// <param name="Name">Its name and that of its run directory: <c>lr=0.01_seed=2</c>. The same settings have the same name whatever else the sweep holds.</param>
/// <param name="Values">The values of the settings that vary, as YAML, in the order of <see cref="SweepPlan.Keys"/>.</param>
/// <param name="Overrides">All changes of the run file, <c>key=value</c>.</param>
/// <param name="Settings">Hash of everything that decides what the run learns.</param>
public sealed record SweepJob(string Name, IReadOnlyList<string> Values, IReadOnlyList<string> Overrides, string Settings);
