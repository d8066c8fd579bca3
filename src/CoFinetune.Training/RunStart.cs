using CoFinetune.Data;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Tracking;

namespace CoFinetune.Training;

/// <summary>Where a run writes, and what it goes on from.</summary>
public sealed class RunStart
{
    private readonly Func<TimeProvider, RunDirectory> _open;
    private readonly IReadOnlyList<string> _checkpoints;

    private RunStart(string place, CheckpointScan scan, ResumePolicy policy, Func<TimeProvider, RunDirectory> open)
    {
        Place = place;
        Checkpoint = policy.Resolve(place, scan);
        Damaged = scan.Damaged;
        _open = open;
        _checkpoints = CheckpointsOf(place);
    }

    /// <summary>The run's folder, or the folder in which it will be made.</summary>
    public string Place { get; }

    /// <summary>What the run goes on from; null starts anew.</summary>
    public Checkpoint? Checkpoint { get; }

    /// <summary>Newer checkpoints that cannot be used.</summary>
    public IReadOnlyList<DamagedCheckpoint> Damaged { get; }

    /// <summary>Makes the run's folder, or opens it.</summary>
    public RunDirectory Open(TimeProvider time) => _open(time);

    /// <summary>To be called once other processes are kept out: what was decided holds only while the run is as it was then.</summary>
    /// <exception cref="DataException">Another process has saved or deleted checkpoints since.</exception>
    public void RequireUnchanged()
    {
        if (!CheckpointsOf(Place).SequenceEqual(_checkpoints))
            throw new DataException(Place, 0, "another process has trained here meanwhile", "start again to go on from its last checkpoint");
    }

    /// <summary>Decides from the command line's options; makes nothing.</summary>
    /// <param name="policy">The value of <c>--resume</c>.</param>
    /// <param name="folder">The run's own folder (<c>--run-dir</c>); null makes a new one under <paramref name="root"/>.</param>
    /// <param name="root">The folder of all runs.</param>
    /// <param name="name">Name of the run file.</param>
    /// <exception cref="CheckpointException">What should be resumed is not there or is damaged.</exception>
    public static RunStart Resolve(ResumePolicy policy, string? folder, string root, string name)
    {
        var resumed = policy.Path is not null ? RunOf(policy.Path) : folder;
        if (resumed is null && policy.Mode == ResumeMode.Must)
            resumed = RunDirectory.Latest(root, name) ?? throw new CheckpointException(Path.Combine(root, name), "there is no run to resume", "start one with --resume auto");
        if (resumed is null) return new(root, new CheckpointScan(null, []), policy, time => RunDirectory.Create(root, name, time));

        var isRun = RunDirectory.IsRun(resumed);
        var scan = policy.Mode == ResumeMode.Never ? new CheckpointScan(null, []) : CheckpointScan.Of(policy.Path ?? resumed);
        return new(resumed, scan, policy, _ => isRun && policy.Mode != ResumeMode.Never ? RunDirectory.Open(resumed) : RunDirectory.CreateAt(resumed));
    }

    private static IReadOnlyList<string> CheckpointsOf(string place) => new CheckpointStore(Path.Combine(place, "checkpoints"), keep: 1).Checkpoints;

    /// <summary>The run that a path given to <c>--resume</c> belongs to: the run's folder itself, or that of one of its checkpoints.</summary>
    private static string RunOf(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
            if (RunDirectory.IsRun(folder.FullName)) return folder.FullName;
        throw new CheckpointException(path, Directory.Exists(path) ? "belongs to no run" : "no such folder", "name a run directory or one of its checkpoints");
    }
}
