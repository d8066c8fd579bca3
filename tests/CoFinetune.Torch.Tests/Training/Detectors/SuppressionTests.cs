using CoFinetune.Data;
using CoFinetune.Training.Detectors;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Detectors;

public sealed class SuppressionTests
{
    [Fact]
    public void Iou_OfBoxesThatShareACorner_IsOneSeventh() => Assert.Equal(1f / 7, new Candidate(0, 0, 2, 2, 1).Iou(new(1, 1, 3, 3, 1)), 1e-6f);

    [Fact]
    public void Keep_AChain_LeavesOutOnlyWhatOverlapsABoxThatStays()
    {
        // Each is 10 x 10 and 3 to the right of the one before: IoU 7/13 with its neighbor, 4/16 with the one after that.
        Candidate first = new(0, 0, 10, 10, 0.9f), second = new(3, 0, 13, 10, 0.8f), third = new(6, 0, 16, 10, 0.7f);
        Assert.Equal([first, third], Suppression.Keep([third, first, second], 0.45f, 100));
        Assert.Equal([first, second, third], Suppression.Keep([third, second, first], 0.54f, 100));
        Assert.Equal([first], Suppression.Keep([third, first, second], 0.45f, 1));
        Assert.Empty(Suppression.Keep([], 0.45f, 100));
    }

    [Fact]
    public void Keep_EqualScoresAndBoxesWithoutArea_StayInTheirOrder()
    {
        Candidate point = new(5, 5, 5, 5, 0.5f), other = new(1, 1, 2, 2, 0.5f);
        Assert.Equal([point, other, point], Suppression.Keep([point, other, point], 0.45f, 100));
    }

    [Fact]
    public void LetterBox_OfAWideFrame_LiesBetweenGreyBarsAndGivesFractionsBack()
    {
        // 1920 x 1080 in a square of 640: a third of it, 640 x 360, below 140 rows of grey.
        var fit = new LetterBox(1080, 1920, 640, 640);
        Assert.Equal((360, 640, 140, 0), (fit.Height, fit.Width, fit.Top, fit.Left));
        Assert.Equal(new Box(0.25f, 0.5f, 0.5f, 1), fit.ToFrame(new(160, 320, 320, 500, 1)));
        Assert.Equal(new Box(0, 0, 1, 0.5f), fit.ToFrame(new(-9, 100, 700, 320, 1)));
        Assert.Null(fit.ToFrame(new(160, 10, 320, 139, 1)));
    }
}
