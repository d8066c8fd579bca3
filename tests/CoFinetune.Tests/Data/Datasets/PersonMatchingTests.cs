using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Datasets;

public sealed class PersonMatchingTests
{
    // Against (0, 0, .5, .5): shifted by .02, IoU .48 / .52 = .923; by .03, .47 / .53 = .887.
    private static readonly Box Annotated = new(0, 0, 0.5f, 0.5f);
    private static readonly Box Near = new(0.02f, 0, 0.52f, 0.5f);
    private static readonly Box Far = new(0.03f, 0, 0.53f, 0.5f);

    private static readonly AnnotatedKeyframe[] Truth =
    [
        At(1, new PersonBox(Annotated, [4, 5], 1), new PersonBox(new(0.6f, 0.6f, 0.9f, 0.9f), [6], 1)),
        At(2, new PersonBox(Annotated, [7], 1)),
    ];

    private static readonly AnnotatedKeyframe[] Detected =
    [
        At(3, new PersonBox(Annotated, [], 0.99f)),
        At(1, new PersonBox(Far, [], 0.95f), new PersonBox(Near, [], 0.9f)),
    ];

    [Fact]
    public void Choose_Detections_TakeTheActionsOfTheBoxTheyCover()
    {
        var chosen = PersonMatching.Choose(Truth, Detected, TrainPersons.Detections, 0.9);
        Assert.Equal([1.0, 2.0], chosen.Select(keyframe => keyframe.Mention.Keyframe.Seconds));
        var person = Assert.Single(chosen[0].Persons);
        Assert.Equal((Near, 0.9f), (person.Box, person.Score));
        Assert.Equal([4, 5], person.Labels);
        Assert.Empty(chosen[1].Persons);
    }

    [Fact]
    public void Choose_Both_KeepsTheAnnotatedOnesFirst()
    {
        var chosen = PersonMatching.Choose(Truth, Detected, TrainPersons.Both, 0.88);
        Assert.Equal([Annotated, new(0.6f, 0.6f, 0.9f, 0.9f), Far, Near], chosen[0].Persons.Select(person => person.Box));
        Assert.Equal([7], Assert.Single(chosen[1].Persons).Labels);
    }

    [Fact]
    public void Open_WithDetectionsInTraining_LearnsFromThoseOfSufficientScore()
    {
        using var root = new TemporaryFolder();
        root.Write("actions.pbtxt", "item { name: \"stand\" id: 12 } item { name: \"sit\" id: 11 }");
        root.Write("train.csv", "m1,0902,0,0,.5,.5,12,0\nm1,0903,0,0,.5,.5,11,0\n");
        root.Write("boxes.csv", "m1,0902,0.02,0,.52,.5,,.9\nm1,0903,0,0,.5,.5,,.7\n");
        root.Write("videos/m1.mp4", "");
        var config = new AvaDatasetConfig { Train = "train.csv", Val = "train.csv", Labels = "actions.pbtxt", TrainBoxes = "boxes.csv", TrainPersons = TrainPersons.Detections };

        var item = Assert.Single(config.Open(DataSplit.Train, root.Path).Items);
        Assert.Equal("0902", item.Timestamp);
        Assert.Equal([0], Assert.Single(((BoxTarget)item.Target).Boxes).Labels);
        Assert.Equal(Near, ((BoxTarget)item.Target).Boxes[0].Box);
        Assert.Equal([2, 1], (config with { TrainPersons = TrainPersons.Both }).Open(DataSplit.Train, root.Path).Items.Select(keyframe => ((BoxTarget)keyframe.Target).Boxes.Count));
        Assert.Equal(Annotated, ((BoxTarget)config.Open(DataSplit.Validation, root.Path).Items[0].Target).Boxes[0].Box);
    }

    private static AnnotatedKeyframe At(int second, params PersonBox[] persons) => new(new(Keyframe.At("m", second), $"{second}", 0), persons);
}
