using CoFinetune.Data.Synthetic;
using Xunit;

namespace CoFinetune.Tests.Data.Synthetic;

public sealed class FigureTests
{
    [Fact]
    public void BoxOf_Standing_IsAsTallAsThePersonAndStandsOnTheGround()
    {
        var box = Scene.BoxOf(Person(WorldAction.Stand));

        // Feet at .9, head at .3; a margin of .02 all round.
        Assert.Equal(0.92, box.Y2, 0.005);
        Assert.InRange(box.Y2 - box.Y1, 0.61, 0.67);
        Assert.InRange(box.X2 - box.X1, 0.14, 0.29);
        Assert.Equal(0.5, (box.X1 + box.X2) / 2, 0.03);
    }

    [Theory]
    [InlineData(WorldAction.Sit, 0.44, 0.54)]
    [InlineData(WorldAction.Crouch, 0.29, 0.44)]
    [InlineData(WorldAction.Lie, 0.09, 0.20)]
    public void BoxOf_LowPostures_AreLower(object posture, double least, double most)
    {
        var box = Scene.BoxOf(Person((WorldAction)posture));

        Assert.InRange(box.Y2 - box.Y1, least, most);
    }

    [Fact]
    public void Pose_Walking_MovesForwardAndTurnsAtTheEdge()
    {
        var person = Person(WorldAction.Walk);

        Assert.Equal(0.022 * 4, Head(person, 4).X1 - Head(person, 0).X1, 0.002);
        // From .5 it takes 17.3 frames to .88; 12 frames later it has come back by .022 x (29.3 - 2 x 17.3) of the way.
        Assert.InRange(Head(person, 29.3f).X1, 0.58, 0.64);
    }

    [Fact]
    public void Pose_FacingLeft_IsTheMirrorImage()
    {
        var right = Figure.Pose(Person(WorldAction.Run), 0);
        var left = Figure.Pose(Person(WorldAction.Run) with { Facing = -1 }, 0);

        Assert.All(right.Zip(left), pair => Assert.Equal(pair.First.X1 - 0.5, 0.5 - pair.Second.X1, 1e-5));
    }

    [Fact]
    public void Pose_Jumping_LeavesTheGround()
    {
        var feet = Enumerable.Range(0, 16).Select(time => Figure.Pose(Person(WorldAction.Jump), time).Where(shape => shape.IsBody).Max(shape => shape.Y2)).ToList();

        // A quarter of the height: .26 x .6.
        Assert.InRange(feet.Max() - feet.Min(), 0.13, 0.18);
    }

    [Fact]
    public void BoxOf_Carrying_LeavesTheBoxOut()
    {
        var person = Person(WorldAction.Stand) with { Object = WorldAction.Carry };
        var box = Scene.BoxOf(person);

        Assert.Contains(Figure.Pose(person, 0), shape => !shape.IsBody && shape.X2 > box.X2);
    }

    private static Person Person(WorldAction posture) => new()
    {
        Id = 0,
        Look = new PersonLook(new Rgb(1, 1, 1), new Rgb(2, 2, 2), new Rgb(3, 3, 3)),
        Height = 0.6f,
        X = 0.5f,
        Ground = 0.9f,
        Facing = 1,
        Phase = 0,
        Posture = posture,
    };

    // The only round shape of the skin's color that is a point: the head.
    private static Stroke Head(Person person, float time) =>
        Figure.Pose(person, time).Single(shape => shape.IsBody && shape.X1 == shape.X2 && shape.Y1 == shape.Y2);
}
