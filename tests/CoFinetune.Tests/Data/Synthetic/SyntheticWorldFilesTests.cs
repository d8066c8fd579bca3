using System.Diagnostics;
using System.Globalization;
using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Synthetic;

public sealed class SyntheticWorldFilesTests(SmallWorld world) : IClassFixture<SmallWorld>
{
    [FfmpegFact]
    public void Write_Videos_AreH264WithTheFramesAnnounced()
    {
        foreach (var (part, frames) in new[] { ("kinetics", 16), ("moments", 16), ("ava", 48) })
        {
            foreach (var video in Directory.EnumerateFiles(Path.Combine(world.Root, part), "*.mp4", SearchOption.AllDirectories))
                Assert.Equal($"h264,32,32,yuv420p,12/1,0.000000,{frames}", Probe(video));
        }
    }

    [FfmpegFact]
    public void Write_KineticsAndMoments_AreReadBySplit()
    {
        var kinetics = new KineticsConfig { Train = "kinetics/train.csv", Val = "kinetics/val.csv" };
        var moments = new MomentsConfig
        {
            Categories = "moments/moments_categories.txt",
            Train = "moments/trainingSet.csv",
            Val = "moments/validationSet.csv",
        };

        Assert.Equal(13, kinetics.Open(DataSplit.Train, world.Root).Items.Count);
        Assert.Equal(12, kinetics.Open(DataSplit.Validation, world.Root).Labels.Count);
        Assert.Equal(7, moments.Open(DataSplit.Train, world.Root).Items.Count);
        Assert.Equal(6, moments.Open(DataSplit.Validation, world.Root).Labels.Count);
        Assert.Equal(
            [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2],
            kinetics.Open(DataSplit.Train, world.Root).Items.CountBy(item => ((ClassTarget)item.Target).Label).Select(pair => pair.Value).Order());
    }

    [FfmpegFact]
    public void Write_AvaRows_AreWellFormed()
    {
        var rows = File.ReadAllLines(Path.Combine(world.Root, "ava", "ava_val.csv")).Select(line => line.Split(',')).ToList();
        Assert.All(rows, row =>
        {
            Assert.Equal(8, row.Length);
            Assert.Equal(11, row[0].Length);
            Assert.InRange(int.Parse(row[1], CultureInfo.InvariantCulture), 1, 3);
            Assert.Equal(4, row[1].Length);
            var box = row[2..6].Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray();
            Assert.All(box, edge => Assert.InRange(edge, 0, 1));
            Assert.True(box[0] < box[2] && box[1] < box[3]);
            Assert.InRange(int.Parse(row[6], CultureInfo.InvariantCulture), 1, 16);
        });
        foreach (var person in rows.GroupBy(row => (row[0], row[1], row[7])))
        {
            Assert.Single(person, row => int.Parse(row[6], CultureInfo.InvariantCulture) <= 8);      // one posture each
            Assert.Single(person.Select(row => string.Join(',', row[2..6])).Distinct());
        }
        Assert.Contains(rows, row => row[0][0] == '-');
        Assert.Contains(rows, row => row[0][0] == '_');
        var detected = File.ReadAllLines(Path.Combine(world.Root, "ava", "ava_val_predicted_boxes.csv")).Select(line => line.Split(',')).ToList();
        Assert.All(detected, row => Assert.Equal((8, ""), (row.Length, row[6])));
        Assert.Subset(detected.Select(row => (row[0], row[1])).ToHashSet(), rows.Select(row => (row[0], row[1])).ToHashSet());
    }

    private static string Probe(string video)
    {
        string[] arguments =
        [
            "-v", "error", "-count_frames", "-of", "csv=p=0",
            "-show_entries", "stream=codec_name,width,height,pix_fmt,r_frame_rate,start_time,nb_read_frames", video,
        ];
        using var process = Process.Start(new ProcessStartInfo("ffprobe", arguments) { RedirectStandardOutput = true })!;
        var answer = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return answer;
    }
}
