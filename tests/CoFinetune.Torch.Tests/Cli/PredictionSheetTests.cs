using CoFinetune.Cli.Pictures;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data;
using CoFinetune.Training.Prediction;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

public sealed class PredictionSheetTests
{
    [Fact]
    public void Take_AsLongAsThereIsRoom_HidesNoOtherLabel()
    {
        // Eight persons of one place, labels of 40 x 20: 25 have room in 200 x 100.
        var box = new PixelBox(80, 30, 120, 80);
        var places = new LabelPlaces(200, 100, [.. Enumerable.Repeat(box, 8)]);
        var labels = Enumerable.Range(0, 8).Select(_ => places.Take(box, 40, 20)).ToList();
        Assert.Equal(new PixelBox(80, 10, 120, 30), labels[0]);                // above it
        Assert.All(labels, label => Assert.True(label is { Left: >= 0, Top: >= 0, Right: <= 200, Bottom: <= 100, Width: 40, Height: 20 }, $"{label}"));
        for (var i = 0; i < 8; i++)
            for (var j = 0; j < i; j++) Assert.Equal(0, labels[i].Overlap(labels[j]));
    }

    [Fact]
    public void Take_ABoxAtTheTop_PutsTheLabelBelow() =>
        Assert.Equal(new PixelBox(10, 60, 50, 80), new LabelPlaces(200, 100, [new(10, 0, 50, 60)]).Take(new(10, 0, 50, 60), 40, 20));

    [Fact]
    public void Draw_APerson_IsOutlinedAndTheRestStaysClear()
    {
        var sheet = Picture.Clear(200, 240);
        sheet.Fill(0, 0, 200, 240, new(1, 2, 3));
        PredictionSheet.Draw(sheet, [(null, new PredictedSubject(new Box(0.25f, 0.5f, 0.75f, 1), 1, [new(1, "walk", 0.5f)]))]);
        Assert.Equal((255, 0, 0), (Opacity(50, 180), Opacity(100, 180), Opacity(20, 20)));
        // The label stands above the box, words on a dark ground.
        Assert.Equal((255, 190), (Opacity(51, 115), Opacity(60, 110)));

        var frame = new Picture(200, 240, new(100, 100, 100));
        frame.Lay(sheet);
        Assert.Equal((100, 255), (frame.Pixels[(20 * 200 + 20) * 3], frame.Pixels[(180 * 200 + 50) * 3]));
        // 190 of 255 of 16, the rest of 100.
        Assert.Equal((16 * 190 + 100 * 65 + 127) / 255, frame.Pixels[(110 * 200 + 60) * 3]);

        int Opacity(int x, int y) => sheet.Opacity![y * 200 + x];
    }

    [Theory]
    [InlineData(16, 12, 5)]
    [InlineData(80, 80, 12)]
    [InlineData(1, 1, 1)]
    public void Draw_MorePersonsThanHaveRoom_StaysInside(int width, int height, int persons)
    {
        var sheet = Picture.Clear(width, height);
        PredictionSheet.Draw(sheet, [.. Enumerable.Range(0, persons).Select(n => ((string?)null, new PredictedSubject(new Box(0.9f, 0.9f, 1, 1), 1, [new(1, "a name that is longer than any picture is wide", 1)])))]);
        Assert.Contains(sheet.Opacity!, opacity => opacity > 0);
    }

    [Theory]
    [InlineData(5, "0:05")]
    [InlineData(12.5, "0:12.5")]
    [InlineData(3723.04, "1:02:03.04")]
    [InlineData(59.9999, "1:00")]
    public void Time_IsWhatAPlayerShows(double seconds, string expected) => Assert.Equal(expected, PredictionText.Time(seconds));
}
