using CoFinetune.Cli.Sweeps;
using CoFinetune.Cli.Terminal;
using CoFinetune.Training.Sweeps;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A run file whose videos need not be there, sweep files of it, and a shell script in the place of the program.</summary>
internal sealed class SweepFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SweepFiles() => _folder.Write("run.yaml", """
        clip: { frames: 4, stride: 1, size: 32 }
        trunk: { type: vivit, width: 24, depth: 2, heads: 2, mlp: 48, tubelet: [2, 8, 8] }
        datasets:
          kinetics:
            data: { type: kinetics, train: train.csv, val: val.csv }
            head: { type: linear }
        mixture: { type: mixed, batch: 6 }
        optimizer: { type: adamw, lr: 1e-3 }
        steps: 6
        """);

    /// <summary>The sweep's folder.</summary>
    public SweepFolder Folder => new(At("sweep"));

    /// <summary>A path beside the run file.</summary>
    public string At(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Writes the sweep file, a line of which names the run file, and reads it.</summary>
    public SweepPlan Plan(string yaml, params string[] overrides) => SweepPlan.Load(_folder.Write("sweep.yaml", $"config: run.yaml\n{yaml}"), overrides);

    /// <summary>Runs a sweep whose jobs are a script: <c>$seed</c>, <c>$dir</c> and <c>finished FIGURE</c>, which ends as a finished run does, are there.</summary>
    public (SweepRecord Record, int ExitCode, string Said) Run(SweepPlan plan, string script, int jobs = 1, bool failFast = false)
    {
        var program = _folder.Write("program.sh", $$"""
            for word; do
              case "$word" in seed=*) seed=${word#seed=} ;; esac
              [ "$last" = --run-dir ] && dir=$word
              last=$word
            done
            finished() { mkdir -p "$dir"; : >"$dir/command.txt"; echo "{\"finished\":true,\"last\":{\"kinetics.top1\":$1},\"checkpoint\":\"$dir/best\"}"; exit 0; }
            fails() { mkdir -p "$dir"; : >"$dir/command.txt"; echo '{"error":{"code":"data","message":"no video","file":"a.csv","line":3},"exit_code":4}' >&2; exit 4; }
            echo "$seed" >>"{{At("started")}}"
            """ + "\n" + script);
        using var said = new StringWriter();
        using var stop = new StopSignal(_ => { });
        var session = new Session { Out = TextWriter.Null, Error = said, Stop = stop };
        using var claim = Folder.Lock();
        var runner = new SweepRunner(session, plan, Folder, ["/bin/sh", program]) { Jobs = jobs, FailFast = failFast };
        var record = runner.Run(Folder.Open(plan));
        return (record, new SweepText(plan, record).ExitCode(), said.ToString());
    }

    /// <summary>The seeds of the jobs that were started, over all runs.</summary>
    public string[] Started => File.Exists(At("started")) ? File.ReadAllLines(At("started")) : [];

    public void Dispose() => _folder.Dispose();
}
