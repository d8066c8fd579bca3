using System.Text;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training;
using CoFinetune.Training.Tracking;
using CoFinetune.Training.Tracking.TensorBoard;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Tracking;

public sealed class TensorBoardTests
{
    private readonly FixedTime _time = new(DateTimeOffset.FromUnixTimeSeconds(2));

    [Fact]
    public void Crc32C_KnownVectors()
    {
        Assert.Equal(0xe3069283, MaskedCrc.Crc32C("123456789"u8));                     // the catalogue's check value
        Assert.Equal(0x8a9136aa, MaskedCrc.Crc32C(new byte[32]));                      // RFC 3720, B.4
        Assert.Equal(0x62a8ab43u, MaskedCrc.Crc32C(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Equal(0x46dd794eu, MaskedCrc.Crc32C([.. Enumerable.Range(0, 32).Select(n => (byte)n)]));
        // Every event file of TensorFlow begins with these: a message of 24 bytes, and the masked checksum of that number.
        Assert.Equal(0x224b7fa3u, MaskedCrc.Of([24, 0, 0, 0, 0, 0, 0, 0]));
    }

    [Fact]
    public void Records_AreTheseBytes()
    {
        var start = EventRecord.FileStart(_time.Now);
        Assert.Equal("1800000000000000" + "A37F4B22" + "090000000000000040" + "1A0D" + Hex("brain.Event:2"), Convert.ToHexString(start)[..72]);

        // wall_time 2, step 300, session_log { status: START }
        Assert.Equal("090000000000000040" + "10AC02" + "3A020801", Body(EventRecord.SessionStart(_time.Now, 300)));
        // summary { value { tag: "lr" simple_value: 0.5 } value { tag: "a" simple_value: -2 } }
        Assert.Equal(
            "090000000000000040" + "1001" + "2A15" + "0A09" + "0A02" + Hex("lr") + "150000003F" + "0A08" + "0A01" + Hex("a") + "15000000C0",
            Body(EventRecord.Scalars(new MetricRow(1, _time.Now, [new("lr", 0.5), new("a", -2)]))));
    }

    [Fact]
    public void Resumed_StartsAFileOfItsOwn_WhoseReadersForgetWhatLayBeyond()
    {
        using var folder = new TemporaryFolder();
        var place = Path.Combine(folder.Path, "tensorboard");
        using (var first = EventFile.Start(place, -1, _time))
            foreach (var step in new[] { 10, 20, 30 }) Assert.Null(first.Append(Row(step, step)));
        using (var second = EventFile.Start(place, 20, _time))
        {
            Assert.Null(second.Append(Row(30, 0.5)));
            Assert.Null(second.Append(Row(40, double.NaN)));
            second.DropAfter(30);
            Assert.Null(second.Append(Row(40, 0.25)));
        }
        Assert.Equal([(10L, "loss", 10f), (20, "loss", 20), (30, "loss", 0.5f), (40, "loss", 0.25f)], EventFiles.Shown(place));
        Assert.Equal(2, Directory.GetFiles(place, "events.out.tfevents.*").Length);
        Assert.All(Directory.GetFiles(place), file => Assert.Equal("brain.Event:2", EventFiles.Read(File.ReadAllBytes(file))[0].FileVersion));
    }

    [Fact]
    public void Records_WhereNoFolderCanBe_SaySoAndKeepTheOtherLog()
    {
        using var folder = new TemporaryFolder();
        var directory = RunDirectory.CreateAt(Path.Combine(folder.Path, "run"));
        File.WriteAllText(directory.TensorBoard, "in the way");
        var notes = new List<string>();
        using (var records = RunRecords.Resume(directory, tensorBoard: true, -1, _ => false, _time, notes.Add)) records.Append(1, [new("loss", 2)]);
        Assert.StartsWith("nothing is written for TensorBoard: ", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Single(MetricLog.Read(directory.MetricsFile));
    }

    private MetricRow Row(long step, double loss) => new(step, _time.Now, [new("loss", loss)]);

    private static string Body(byte[] record) => Convert.ToHexString(record)[24..^8];

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));
}
