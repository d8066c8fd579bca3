using CoFinetune.Data;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Tracking;

public sealed class RunStatusTests
{
    private static readonly RunStatus Status = new()
    {
        State = RunState.Training,
        Step = 20,
        Total = 100,
        Pid = 4711,
        Heartbeat = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public void Write_IsTheDocumentedJson()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "status.json");
        Status.Write(path);
        Assert.Equal("""
            {
              "schema_version": 1,
              "state": "training",
              "step": 20,
              "total": 100,
              "pid": 4711,
              "heartbeat": "2026-03-01T12:00:00+00:00"
            }

            """, File.ReadAllText(path));
        (Status with { State = RunState.Finished }).Write(path);
        Assert.Equal(Status with { State = RunState.Finished }, RunStatus.Read(path));
        Assert.Equal(["status.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Read_MissingOrBroken_IsAUsersMistake()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DataException>(() => RunStatus.Read(Path.Combine(folder.Path, "status.json")));
        Assert.Throws<DataException>(() => RunStatus.Read(folder.Write("status.json", "{")));
        Assert.Throws<DataException>(() => RunStatus.Read(folder.Write("status.json", "{\"state\":\"training\"}")));
    }
}
