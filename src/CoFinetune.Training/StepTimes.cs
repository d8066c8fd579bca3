using CoFinetune.Data;
using CoFinetune.Training.Optim;

namespace CoFinetune.Training;

/// <summary>Where the time of a run's steps goes.</summary>
/// <param name="Steps">Steps that were measured; at least 1.</param>
/// <param name="WaitShare">Share of their time that was waiting for clips, from 0 to 1.</param>
/// <param name="MedianSeconds">Seconds of a step, waiting included; median.</param>
public sealed record StepTimes(int Steps, double WaitShare, double MedianSeconds)
{
    /// <summary>
    /// Takes the run's first steps as training does, writes nothing, and measures those after the start: the first one waits for workers and code,
    /// the next ones find clips that were loaded meanwhile.
    /// </summary>
    /// <param name="run">The run, built for training; its weights are other ones afterwards.</param>
    /// <param name="steps">Steps to measure; fewer where the run has no more.</param>
    /// <param name="limit">When to stop early, though not before one step after the first was measured; null does not.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told the steps taken and to take.</param>
    /// <param name="stop">Ends the measuring.</param>
    /// <exception cref="DataException">A clip cannot be loaded, nor another one in its place.</exception>
    /// <exception cref="DivergedException">A loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static StepTimes Measure(LoadedRun run, int steps, TimeSpan? limit, TimeProvider time, Action<int, int> progress, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        using var parameters = new FlatParameters(run.OwnedParameters());
        using var optimizer = run.Config.Optimizer.Build(parameters);
        using var ema = WeightEma.Of(parameters, run.Config.Ema);
        using var sequence = new StepSequence(run, new TrainStep(run, parameters, optimizer, ema), 0, 0, time);
        var start = (int)Math.Min(run.Config.Data.Prefetch + 1, run.Config.Steps - 1);
        var total = (int)Math.Min((long)start + steps, run.Config.Steps);
        var measured = new List<StepReport>();
        var since = time.GetTimestamp();
        for (var n = 0; n < total; n++)
        {
            stop.ThrowIfCancellationRequested();
            var late = time.GetElapsedTime(since) >= limit;
            if (late && measured.Count > 0) break;
            var report = sequence.Next(_ => { });
            if (n >= start || (late && n > 0)) measured.Add(report);
            progress(n + 1, total);
        }
        return Of(measured);
    }

    private static StepTimes Of(List<StepReport> reports) => new(
        reports.Count,
        reports.Sum(report => report.WaitSeconds) / reports.Sum(report => report.Seconds),
        reports.Select(report => report.Seconds).Order().ElementAt((reports.Count - 1) / 2));
}
