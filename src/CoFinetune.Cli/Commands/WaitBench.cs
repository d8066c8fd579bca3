using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Models.Native;
using CoFinetune.Training;

namespace CoFinetune.Cli.Commands;

/// <summary>Measures the real steps of a run, from its files to its optimizer; needs libtorch.</summary>
/// <param name="session">Whom to tell.</param>
/// <param name="limit">How long to measure where no number of steps is asked for.</param>
internal sealed class WaitBench(Session session, TimeSpan limit)
{
    private const int UsualSteps = 20;

    /// <summary>The times of the run's steps; null where they were not asked for and cannot be measured here, which is said.</summary>
    /// <param name="config">The run; it starts with fresh weights.</param>
    /// <param name="steps">Steps asked for; null takes some, as far as the time and this machine allow.</param>
    /// <param name="stop">Ends the measuring.</param>
    public StepTimes? Run(RunConfig config, int? steps, CancellationToken stop)
    {
        try
        {
            using var run = LoadedRun.Build(config with { Init = null }, training: true, checkpoint: null, session.Time);
            if (run.DecoderNote is { } note) session.Say(note);
            var (needed, (where, there)) = (run.Size.StepBytes, run.Memory);
            if (steps is null && needed > there)
            {
                LeftOut($"one takes about {ByteText.Of(needed)} of memory, {where} has {ByteText.Of(there)}");
                return null;
            }
            var progress = new ProgressLine(session);
            var times = StepTimes.Measure(
                run, steps ?? UsualSteps, steps is null ? limit : null, session.Time,
                (done, total) => progress.Show(done, total + 1, () => $"training  step {done} of {total}"), stop);
            progress.Clear();
            return times;
        }
        catch (Exception failure) when (steps is null && failure is DataException or NativeTorchException)
        {
            LeftOut(failure.Message);
            return null;
        }
    }

    private void LeftOut(string reason) => session.Say($"the run's steps are left out: {reason}; --steps N insists on them");
}
