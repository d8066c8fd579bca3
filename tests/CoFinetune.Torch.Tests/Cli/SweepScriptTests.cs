using System.Diagnostics;
using System.Runtime.Versioning;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

/// <summary><c>scripts/sweep_seeds.sh</c> with a shell script in the place of the program.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SweepScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Script_OfARunThatStopsEarly_GoesOnUntilItIsFinished()
    {
        // The first start of seed 2 is stopped by a time limit.
        var (code, output) = Run("case \"$*\" in *seed=2*) [ -e started ] || { : >started; exit 75; } ;; esac; finish", "1", "2", "--", "steps=4");
        Assert.Equal(0, code);
        Assert.Equal(
            ["seed,exit_code,run_dir,checkpoint,metrics", "1,0,runs/a b/seed-1,best,ava.map:0.5 ava.loss:2", "2,0,runs/a b/seed-2,best,ava.map:0.5 ava.loss:2"],
            output.TrimEnd().Split('\n'));
        Assert.Equal(
            ["train run.yaml steps=4 seed=1 --run-dir runs/a b/seed-1 --resume auto --json --quiet"],
            File.ReadAllLines(Path.Combine(_folder.Path, "calls")).Take(1));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(_folder.Path, "calls")).Length);
    }

    [Fact]
    public void Script_AfterAFailure_GoesOnAndEndsWith8()
    {
        var (code, output) = Run("case \"$*\" in *seed=1*) exit 4 ;; esac; finish", "1", "2");
        Assert.Equal(8, code);
        Assert.Contains("\n1,4,runs/a b/seed-1,,\n2,0,", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(130)]
    [InlineData(143)]
    public void Script_AfterASignal_StartsNoMore(int signalled)
    {
        Assert.Equal(signalled, Run($"exit {signalled}", "1", "2").ExitCode);
        Assert.Single(File.ReadAllLines(Path.Combine(_folder.Path, "calls")));
    }

    [Fact]
    public void Script_WithoutSeeds_IsAMistakeOfUse() => Assert.Equal(2, Run("finish", "--", "steps=4").ExitCode);

    public void Dispose() => _folder.Dispose();

    private (int ExitCode, string Out) Run(string body, params string[] arguments)
    {
        var program = _folder.Write("program", $$$"""
            #!/bin/sh
            echo "$*" >>calls
            finish() { echo '{"schema_version":1,"finished":true,"checkpoint":"best","last_checkpoint":"last","first":{},"last":{"ava.map":0.5,"ava.loss":2}}'; exit 0; }
            {{{body}}}

            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo(Path.Combine(RepositoryFolder.Path, "scripts", "sweep_seeds.sh"), ["run.yaml", "runs/a b", .. arguments])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["COFINETUNE"] = program;
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        return (script.ExitCode, output);
    }
}
