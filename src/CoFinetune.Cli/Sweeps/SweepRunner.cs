using System.Text.Json;
using System.Text.RegularExpressions;
using CoFinetune.Cli.Terminal;
using CoFinetune.Training.Sweeps;

namespace CoFinetune.Cli.Sweeps;

/// <summary>Runs the jobs of a sweep that are not finished, some at a time, each in a process of its own.</summary>
/// <param name="session">Where to talk.</param>
/// <param name="plan">The jobs.</param>
/// <param name="folder">The sweep's folder, locked.</param>
/// <param name="program">The words that start this program.</param>
internal sealed partial class SweepRunner(Session session, SweepPlan plan, SweepFolder folder, IReadOnlyList<string> program)
{
    private const int Usr1 = 10;
    private const int Hup = 1, Int = 2, Term = 15;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, JobProcess> _running = [];
    private readonly ProgressLine _progress = new(session);
    private SweepRecord _record = null!;
    private bool _failFast;
    private bool _noMore;

    /// <summary>Jobs at the same time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>Whether the first failure ends the sweep: running jobs then save and stop.</summary>
    public bool FailFast { get; init; }

    /// <summary>Threads of each job; null leaves them to the run file.</summary>
    public int? Threads { get; init; }

    /// <summary>Why the record on disk is not up to date; null when it is.</summary>
    public string? Unwritten { get; private set; }

    /// <summary>Runs them.</summary>
    /// <param name="record">Where the jobs stand.</param>
    /// <returns>Where they stand then.</returns>
    public SweepRecord Run(SweepRecord record)
    {
        _record = record;
        var open = new Queue<int>(Enumerable.Range(0, plan.Jobs.Count).Where(job => record.Jobs[job].State != SweepState.Finished));
        session.Say(open.Count == 0 ? $"all {plan.Jobs.Count} jobs are finished" : $"{plan.Jobs.Count - open.Count} of {plan.Jobs.Count} jobs are finished; {Math.Min(Jobs, open.Count)} at a time in {folder.Path}");
        Save();
        var stop = session.Stop.Begin("the jobs finish their steps and save");
        using var told = stop.Register(() => StopAll(session.Stop.Number));
        var workers = Enumerable.Range(0, Math.Min(Jobs, open.Count)).Select(_ => new Thread(() => Work(open))).ToList();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        _progress.Clear();
        Save();
        return _record;
    }

    private void Work(Queue<int> open)
    {
        while (Start(open) is var (job, process, since))
        {
            using (process)
            {
                var (exitCode, result) = process.Wait();
                lock (_gate)
                {
                    _running.Remove(job);
                    Record(job, exitCode, result, process.Error ?? (result is null ? process.LastMessage : null), session.Time.GetElapsedTime(since));
                }
            }
        }
    }

    /// <summary>Takes the next job and starts it; null when there is none, or none is to be started any more.</summary>
    private (int Job, JobProcess Process, long Since)? Start(Queue<int> open)
    {
        lock (_gate)
        {
            while (!_noMore && open.TryDequeue(out var job))
            {
                var since = session.Time.GetTimestamp();
                Change(job, entry => entry with { State = SweepState.Running, Starts = entry.Starts + 1, Settings = plan.Jobs[job].Settings, Error = null });
                try
                {
                    var command = program.Concat(plan.Command(plan.Jobs[job], folder.Path, Threads)).ToList();
                    var process = new JobProcess(command, new JobLog(folder.LogFile(plan.Jobs[job].Name)), Show);
                    _running[job] = process;
                    Say($"{plan.Jobs[job].Name}: started");
                    return (job, process, since);
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    Record(job, ExitCodes.Failure, null, failure.Message, TimeSpan.Zero);
                }
            }
            return null;
        }
    }

    private void Record(int job, int exitCode, JsonElement? result, string? error, TimeSpan time)
    {
        var finished = exitCode == ExitCodes.Ok && result is { } summary && summary.TryGetProperty("finished", out var flag) && flag.ValueKind == JsonValueKind.True;
        var state = finished ? SweepState.Finished : IsResumable(exitCode) ? SweepState.Stopped : SweepState.Failed;
        Change(job, entry => entry with
        {
            State = state,
            ExitCode = exitCode,
            Seconds = Math.Round(entry.Seconds + time.TotalSeconds, 3),
            Metrics = finished ? Metrics(result!.Value) : entry.Metrics,
            Checkpoint = result is { } end && end.TryGetProperty("checkpoint", out var checkpoint) ? checkpoint.GetString() : entry.Checkpoint,
            Error = state == SweepState.Failed ? Reason(exitCode, error) : null,
        });
        var entry = _record.Jobs[job];
        Say($"{entry.Job}: {Describe(entry)}");
        if (state != SweepState.Failed || !FailFast || _failFast) return;
        _failFast = true;
        Say("--fail-fast: no further jobs; those that run save and stop");
        StopAll(Usr1);
    }

    /// <summary>Stopped in good order, or by a signal that found nothing to save yet.</summary>
    private bool IsResumable(int exitCode) =>
        exitCode == ExitCodes.StoppedResumable || exitCode == ExitCodes.OfSignal(Int) || exitCode == ExitCodes.OfSignal(Term) || exitCode == ExitCodes.OfSignal(Hup)
        || (_noMore && exitCode == ExitCodes.OfSignal(Usr1));

    private static string Reason(int exitCode, string? error) => exitCode switch
    {
        ExitCodes.Ok => "ended without a result",
        > 128 and < 160 => $"killed by signal {exitCode - 128}",
        _ when string.IsNullOrWhiteSpace(error) => $"ended with exit code {exitCode}",
        _ => error,
    };

    private static string Describe(SweepEntry entry) => entry.State switch
    {
        SweepState.Finished => $"finished  {string.Join("  ", entry.Metrics.Select(m => $"{m.Key} {m.Value:0.0000}"))}",
        SweepState.Stopped => $"stopped, exit code {entry.ExitCode}; the sweep goes on with it when it is run again",
        _ => $"failed, exit code {entry.ExitCode}: {entry.Error}",
    };

    private static Dictionary<string, double?> Metrics(JsonElement result) =>
        result.TryGetProperty("last", out var last) && last.ValueKind == JsonValueKind.Object
            ? last.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.ValueKind == JsonValueKind.Number ? m.Value.GetDouble() : (double?)null)
            : [];

    private void StopAll(int signal)
    {
        lock (_gate)
        {
            _noMore = true;
            foreach (var process in _running.Values) process.Signal(signal);
        }
    }

    private void Change(int job, Func<SweepEntry, SweepEntry> change)
    {
        _record = _record with { Jobs = [.. _record.Jobs.Select((entry, i) => i == job ? change(entry) : entry)] };
        Save();
    }

    /// <summary>A full disk must not end jobs that train: it is said, and tried again at the next change.</summary>
    private void Save()
    {
        try
        {
            folder.Write(_record);
            Unwritten = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (Unwritten is null) Say($"warning: {folder.RecordFile} could not be written ({failure.Message}); the sweep goes on and tries again");
            Unwritten = failure.Message;
        }
    }

    private void Say(string message) => _progress.Say(message);

    /// <summary>Draws how far the sweep is, from the last words of its jobs.</summary>
    private void Show()
    {
        lock (_gate)
        {
            var done = _record.Jobs.Take(plan.Jobs.Count).Count(entry => entry.State is SweepState.Finished or SweepState.Failed or SweepState.Stopped);
            _progress.Show(done, plan.Jobs.Count, () =>
                $"{done}/{plan.Jobs.Count} jobs  {string.Join("  ", _running.Select(pair => $"{plan.Jobs[pair.Key].Name}: {Steps().Match(pair.Value.LastMessage).Value}".TrimEnd(' ', ':')))}");
        }
    }

    [GeneratedRegex(@"^step [0-9/]+|^evaluating \S+", RegexOptions.ECMAScript)]
    private static partial Regex Steps();
}
