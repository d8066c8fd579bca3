using CoFinetune.Data;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Tracking;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Tracking;

public sealed class MetricLogTests
{
    private readonly FixedTime _time = new(new(2026, 3, 1, 12, 0, 0, 5, TimeSpan.Zero));

    [Fact]
    public void Append_WritesOneLineOfTheSchemaAtOnce()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "metrics.jsonl");
        using var log = MetricLog.Create(path, _time);
        log.Append(10, [new("loss", 1.5), new("loss/ava", double.NaN), new("lr", 1e-05), new("grad_norm", double.PositiveInfinity)]);
        Assert.Equal(
            """{"step":10,"time":"2026-03-01T12:00:00.005Z","loss":1.5,"loss/ava":null,"lr":1E-05,"grad_norm":null}""" + "\n",
            File.ReadAllText(path));

        var row = Assert.Single(MetricLog.Read(path));
        Assert.Equal((10, _time.Now), (row.Step, row.Time));
        Assert.Equal(1.5, row["loss"]);
        Assert.Equal(double.NaN, row["loss/ava"]);
        Assert.Null(row["loss/kinetics"]);
    }

    [Fact]
    public void Resume_DropsRowsBeyondTheStepAndATornLine()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "metrics.jsonl");
        using (var log = MetricLog.Create(path, _time))
            foreach (var step in new[] { 10, 20, 30, 40 }) log.Append(step, [new("loss", step)]);
        File.AppendAllText(path, "{\"step\":50,\"ti");
        Assert.Equal(4, MetricLog.Read(path).Count);

        using (var log = MetricLog.Resume(path, row => row.Step <= 20, _time))
        {
            Assert.Equal(2, log.Dropped);
            log.Append(30, [new("loss", 0.5)]);
        }

        Assert.Equal([(10, 10.0), (20, 20.0), (30, 0.5)], MetricLog.Read(path).Select(row => (row.Step, row["loss"]!.Value)));
    }

    [Fact]
    public void Resume_NothingBeyond_LeavesTheFileAsItWas()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "metrics.jsonl");
        using (var log = MetricLog.Create(path, _time)) log.Append(10, [new("loss", 0.1 + 0.2)]);
        var before = File.ReadAllBytes(path);
        MetricLog.Resume(path, row => row.Step <= 10, _time).Dispose();
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void Create_OverALog_Throws()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("metrics.jsonl", "");
        Assert.Throws<IOException>(() => MetricLog.Create(path, _time));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("[]")]
    [InlineData("{\"step\":1}")]
    [InlineData("{\"step\":1,\"time\":\"2026-03-01T12:00:00Z\",\"loss\":\"x\"}")]
    public void Read_BrokenLineInside_NamesIt(string line)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("metrics.jsonl", $"{{\"step\":1,\"time\":\"2026-03-01T12:00:00Z\"}}\n{line}\n");
        Assert.Equal(2, Assert.Throws<DataException>(() => MetricLog.Read(path)).Line);
    }

    [Fact]
    public void Append_ReservedName_Throws()
    {
        using var folder = new TemporaryFolder();
        using var log = MetricLog.Create(Path.Combine(folder.Path, "metrics.jsonl"), _time);
        Assert.Throws<ArgumentException>(() => log.Append(1, [new("step", 2)]));
    }
}
