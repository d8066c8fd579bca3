using CoFinetune.Cli.Pictures;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Evaluation;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

public sealed class ConfusionPictureTests
{
    [Theory]
    [InlineData(1, 40)]
    [InlineData(12, 40)]
    [InlineData(101, 13)]
    [InlineData(400, 3)]
    [InlineData(700, 2)]
    [InlineData(2000, 1)]
    public void Draw_OfSoManyClasses_HoldsEveryCell(int classes, int cell)
    {
        var report = Report(classes);
        var picture = ConfusionPicture.Draw(report.Confusion, report.Labels, "kinetics");
        Assert.InRange(picture.Width, classes * cell, classes * cell + 500);
        Assert.InRange(picture.Height, classes * cell, classes * cell + 400);
        if (Environment.GetEnvironmentVariable("COFINETUNE_PICTURES") is not { } folder) return;
        using var png = File.Create(Path.Combine(folder, $"confusion_{classes}.png"));
        PngWriter.Write(png, picture);
    }

    [Fact]
    public void Draw_OfTwoClasses_ShadesShares()
    {
        // Two of two right: the dark end. One of two right: twice the color at sqrt(1/2), 0.828 of the way from the third to the fourth of five.
        // A cell is 40 x 40 without its rules and the digit on it.
        var evaluator = EvaluatorFactory.For(new Split(2));
        evaluator.Add([Sample(0), Sample(0), Sample(1), Sample(1)], [1, 0, 1, 0, 1, 0, 0, 1], 2);
        var report = (ClipReport)evaluator.Result();
        var picture = ConfusionPicture.Draw(report.Confusion, report.Labels, "two");
        Assert.InRange(Count(picture, 68, 1, 84), 1450, 1600);
        Assert.InRange(Count(picture, 58, 95, 139), 2 * 1450, 2 * 1600);
    }

    private static int Count(Picture picture, byte r, byte g, byte b) => picture.Pixels.Chunk(3).Count(pixel => pixel[0] == r && pixel[1] == g && pixel[2] == b);

    /// <summary>Class i is right in most clips, else taken for i + 1; the last class has no clip.</summary>
    private static ClipReport Report(int classes)
    {
        var evaluator = EvaluatorFactory.For(new Split(classes));
        for (var label = 0; label < Math.Max(1, classes - 1); label++)
        {
            for (var n = 0; n < 8; n++)
            {
                var scores = new float[classes];
                scores[(label + (n < 5 ? 0 : n == 5 ? 1 : label * 7 + n)) % classes] = 1;
                evaluator.Add([Sample(label)], scores, classes);
            }
        }
        return (ClipReport)evaluator.Result();
    }

    private static ClipSample Sample(int label)
    {
        var target = new ClassTarget(label);
        return new(0, 0, new ClipItem { VideoPath = "/v.mp4", Name = "v", Target = target }, target);
    }

    private sealed class Split(int classes) : IClipDataset
    {
        public ClipTask Task => ClipTask.Classification;

        public LabelMap Labels { get; } = new([.. Enumerable.Range(0, classes).Select(id => (id, $"playing instrument number {id}{(id % 9 == 0 ? " with a very long name of its own" : "")}"))]);

        public IReadOnlyList<ClipItem> Items => [];
    }
}
