using System.Text.Json;
using CoFinetune.Cli.Sweeps;
using CoFinetune.Data;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Sweeps;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

/// <summary>Sweeps whose jobs are a shell script.</summary>
public sealed class SweepRunnerTests : IDisposable
{
    private const string ThreeSeeds = "metric: kinetics.top1\ngrid: { seed: [1, 2, 3] }";
    private readonly SweepFiles _files = new();

    [Fact]
    public void Run_OfJobsThatFinish_TakesTheirFigures()
    {
        var plan = _files.Plan(ThreeSeeds);
        var (record, code, _) = _files.Run(plan, "finished 0.$seed", jobs: 2);
        Assert.Equal(0, code);
        Assert.All(record.Jobs, job => Assert.Equal((SweepState.Finished, 0, 1), (job.State, job.ExitCode!.Value, job.Starts)));
        Assert.Equal([0.1, 0.2, 0.3], record.Jobs.Select(job => job.Metrics["kinetics.top1"]!.Value));
        Assert.Equal(["1", "2", "3"], _files.Started.Order());

        using var output = new StringWriter();
        new SweepText(plan, record).Print(output);
        Assert.EndsWith("best kinetics.top1: seed=3\n", output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("seed=3     3         0.3000  finished", output.ToString().Split('\n')[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Again_StartsOnlyWhatIsNotFinished()
    {
        var plan = _files.Plan(ThreeSeeds);
        Assert.Equal(8, _files.Run(plan, "[ $seed = 2 ] && fails; [ $seed = 3 ] && exit 75; finished 0.5").ExitCode);
        var (record, code, _) = _files.Run(plan, "finished 0.25");
        Assert.Equal(0, code);
        Assert.Equal(["1", "2", "3", "2", "3"], _files.Started);
        Assert.Equal([0.5, 0.25, 0.25], record.Jobs.Select(job => job.Metrics["kinetics.top1"]!.Value));
        Assert.Equal([1, 2, 2], record.Jobs.Select(job => job.Starts));
        _files.Run(plan, "exit 1");
        Assert.Equal(5, _files.Started.Length);
    }

    [Fact]
    public void Run_AfterAFailure_GoesOnAndSaysWhy()
    {
        var (record, code, said) = _files.Run(_files.Plan(ThreeSeeds), "[ $seed = 1 ] && fails; finished 0.5");
        Assert.Equal(8, code);
        Assert.Equal([SweepState.Failed, SweepState.Finished, SweepState.Finished], record.Jobs.Select(job => job.State));
        Assert.Equal((4, "a.csv:3: no video"), (record.Jobs[0].ExitCode!.Value, record.Jobs[0].Error));
        Assert.Contains("seed=1: failed, exit code 4: a.csv:3: no video", said, StringComparison.Ordinal);
        Assert.Contains("no video", File.ReadAllText(_files.Folder.LogFile("seed=1")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FailFast_StartsNoMoreAndStopsTheOthers()
    {
        // The second job waits until it is told to stop, as a run does on SIGUSR1; the first fails once the second waits.
        var (record, code, _) = _files.Run(_files.Plan(ThreeSeeds), $$"""
            if [ $seed = 2 ]; then trap 'exit 75' USR1; : >{{_files.At("waits")}}; while :; do sleep 0.02; done; fi
            while [ ! -e {{_files.At("waits")}} ]; do sleep 0.02; done
            fails
            """, jobs: 2, failFast: true);
        Assert.Equal(8, code);
        Assert.Equal([SweepState.Failed, SweepState.Stopped, SweepState.Pending], record.Jobs.Select(job => job.State));
        Assert.Equal(["1", "2"], _files.Started.Order());
    }

    [Theory]
    [InlineData("exit 75", SweepState.Stopped, 75, null)]
    [InlineData("kill -TERM $$", SweepState.Stopped, 75, null)]
    [InlineData("kill -KILL $$", SweepState.Failed, 8, "killed by signal 9")]
    [InlineData("echo '{\"finished\":tr'; exit 0", SweepState.Failed, 8, "ended without a result")]
    [InlineData("echo words >&2; exit 70", SweepState.Failed, 8, "words")]
    [InlineData("exit 6", SweepState.Failed, 8, "ended with exit code 6")]
    public void Run_OfAJobThatEndsOtherwise_SaysHow(string script, object state, int code, string? error)
    {
        var (record, exitCode, _) = _files.Run(_files.Plan("grid: { seed: [1] }"), script);
        Assert.Equal((state, code, error), (record.Jobs[0].State, exitCode, record.Jobs[0].Error));
    }

    [Fact]
    public void Run_OfAChangedSweep_KeepsWhatIsTheSameAndRefusesTheRest()
    {
        _files.Run(_files.Plan(ThreeSeeds), "finished 0.5");
        var wider = _files.Run(_files.Plan("grid: { seed: [2, 4] }"), "finished 0.5").Record;
        Assert.Equal(["1", "2", "3", "4"], _files.Started);
        Assert.Equal(["seed=2", "seed=4", "seed=1", "seed=3"], wider.Jobs.Select(job => job.Job));
        var refused = Assert.Throws<DataException>(() => _files.Run(_files.Plan("set: { steps: 9 }\ngrid: { seed: [4, 5] }"), "finished 0.5"));
        Assert.Contains("the job seed=4 was started with other settings", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WhereARunDirectoryIsGone_TrainsItAgain()
    {
        var plan = _files.Plan(ThreeSeeds);
        _files.Run(plan, "finished 0.5");
        Directory.Delete(Path.Combine(_files.Folder.Path, "seed=2"), recursive: true);
        _files.Run(plan, "finished 0.5");
        Assert.Equal(["1", "2", "3", "2"], _files.Started);
    }

    [Fact]
    public void Run_WhereTheRecordCannotBeWritten_TrainsAllTheSame()
    {
        // A folder in the way of the temporary file does what a full disk does, also for root.
        Directory.CreateDirectory($"{_files.Folder.RecordFile}.tmp-{Environment.ProcessId}/x");
        var (record, code, said) = _files.Run(_files.Plan(ThreeSeeds), "finished 0.5");
        Assert.Equal((0, 3), (code, record.Jobs.Count(job => job.State == SweepState.Finished)));
        Assert.Single(said.Split('\n'), line => line.Contains("sweep.json could not be written", StringComparison.Ordinal));
    }

    [Fact]
    public void Lock_OfAFolderInUse_IsRefused()
    {
        using var other = _files.Folder.Lock();
        Assert.Contains("another sweep is running here", Assert.Throws<DataException>(() => _files.Folder.Lock()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfABrokenRecord_NamesIt()
    {
        Directory.CreateDirectory(_files.Folder.Path);
        File.WriteAllText(_files.Folder.RecordFile, "{");
        Assert.Contains("is not the record of a sweep", Assert.Throws<DataException>(() => _files.Folder.Open(_files.Plan(ThreeSeeds))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfAMixedSweep_IsCsvAndJson()
    {
        var plan = _files.Plan("grid: { data_root: ['a, b', -1], seed: [1] }");
        var (record, code, _) = _files.Run(plan, "case \"$*\" in *=-1*) finished 0.5 ;; esac; exit 75");
        var lines = new SweepText(plan, record).ToCsv().Split('\n');
        Assert.Equal("job,data_root,seed,kinetics.top1,state,starts,seconds,exit_code,run_dir,checkpoint", lines[0]);
        Assert.StartsWith($"{record.Jobs[0].Job},\"\"\"a, b\"\"\",1,,stopped,1,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("data_root=-1_seed=1,-1,1,0.5,finished,1,", lines[2], StringComparison.Ordinal);
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(new SweepText(plan, record).ToJson(_files.Folder, code)));
        Assert.Equal((1, 1, 0, 75), (Number(json, "finished"), Number(json, "stopped"), Number(json, "failed"), Number(json, "exit_code")));
        Assert.Equal(-1, json.RootElement.GetProperty("jobs")[1].GetProperty("values").GetProperty("data_root").GetDouble());
    }

    public void Dispose() => _files.Dispose();

    private static int Number(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetInt32();
}
