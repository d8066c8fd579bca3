using CoFinetune.Data;
using CoFinetune.Evaluation.Ava;
using Xunit;

namespace CoFinetune.Tests.Evaluation.Ava;

/// <summary>What is said about predictions in another form than AVA's.</summary>
public sealed class AvaNotesTests
{
    private static readonly LabelMap Labels = new([(1, "stand"), (3, "sit")], ["PERSON_MOVEMENT", "PERSON_MOVEMENT"]);
    private static readonly string Truth = Rows((video, second) => $"v{video},{902 + second},.1,.2,.3,.9,1\nv{video},{902 + second},.5,.2,.8,.6,3\n");

    [Fact]
    public void GoodPredictions_HaveNoNotes() => Assert.Empty(NotesOf(Rows((video, second) => $"v{video},0{902 + second},.1,.2,.3,.9,1,.8\nv{video},{902 + second},.5,.2,.8,.6,3,.7\n")));

    [Theory]
    [InlineData(2, "900 higher")]                               // seconds of the cut that begins at 900
    [InlineData(903, "1 lower")]                                // one second late: only the last keyframes are unknown
    public void ShiftedSeconds_AreMeasured(int first, string expected) =>
        Assert.Contains(NotesOf(Rows((video, second) => $"v{video},{first + second},.1,.2,.3,.9,1,.8\n")), note => note.Contains($"with all seconds {expected}", StringComparison.Ordinal));

    [Fact]
    public void ManyUnknownSeconds_WithoutAShift_AreNot()
    {
        // Predictions for every second, ground truth for the even ones: no shift finds more.
        var notes = NotesOf(Rows((video, second) => $"v{video},{902 + second},.1,.2,.3,.9,1,.8\n"), Rows((video, second) => second % 2 == 1 ? "" : $"v{video},{902 + second},.1,.2,.3,.9,1\n"));
        Assert.DoesNotContain(notes, note => note.Contains("with all seconds", StringComparison.Ordinal));
    }

    [Fact]
    public void OtherVideoNames_AreNamed()
    {
        var notes = NotesOf(Rows((video, second) => $"videos/v{video}.mp4,{902 + second},.1,.2,.3,.9,1,.8\n"));
        Assert.Contains(notes, note => note.Contains("they name 'videos/v0.mp4', the ground truth 'v0'; video ids have no folder and no ending", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(".2,.1,.9,.3,1,.8", "y1,x1,y2,x2")]
    [InlineData(".1,.2,.2,.7,1,.8", "x1,y1,width,height")]
    [InlineData(".2,.55,.2,.7,1,.8", "center x,center y,width,height")]
    [InlineData("128,144,384,648,1,.8", "look like pixels, up to 648")]
    public void OtherBoxForms_AreRecognized(string box, string expected) =>
        Assert.Contains(NotesOf(Rows((video, second) => $"v{video},{902 + second},{box}\n")), note => note.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void WrongBoxes_OfTheRightForm_AreNotTakenForAnother() =>
        Assert.DoesNotContain(NotesOf(Rows((video, second) => $"v{video},{902 + second},.6,.7,.9,.95,1,.8\n")), note => note.Contains("read as", StringComparison.Ordinal));

    [Theory]
    [InlineData("0", "1", "an action 0")]
    [InlineData("1", "2", "places in the list instead of ids")]
    public void PositionsInPlaceOfIds_AreRecognized(string first, string second, string expected) =>
        Assert.Contains(
            NotesOf(Rows((video, at) => $"v{video},{902 + at},.1,.2,.3,.9,{first},.8\nv{video},{902 + at},.5,.2,.8,.6,{second},.7\n")),
            note => note.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void EqualScores_AreNamed() => Assert.Contains("every score is 1: the ranking is only the order of the rows", NotesOf(Rows((video, second) => $"v{video},{902 + second},.1,.2,.3,.9,1\n")));

    [Fact]
    public void Logits_AreNamed() =>
        Assert.Contains(NotesOf(Rows((video, second) => $"v{video},{902 + second},.1,.2,.3,.9,1,{second - 2}\n")), note => note.StartsWith("scores go from -2 to 2, beyond 0 to 1", StringComparison.Ordinal));

    [Fact]
    public void NoPrediction_IsNamed() => Assert.Contains("the predictions hold no box", NotesOf(""));

    [Fact]
    public void NothingRight_IsNamed() => Assert.Contains(NotesOf(Rows((video, second) => $"v{video},{902 + second},.1,.2,.3,.9,3,.8\n")), note => note.StartsWith("nothing is right", StringComparison.Ordinal));

    [Fact]
    public void EightyClasses_OfAva_AreNamed()
    {
        var names = new Dictionary<int, string> { [12] = "stand", [17] = "carry/hold (an object)", [80] = "watch (a person)" };
        var labels = new LabelMap([.. Enumerable.Range(1, 80).Select(id => (id, names.GetValueOrDefault(id, $"action {id}")))]);
        Assert.Contains(AvaCsv.Score(Truth, "", labels, AvaProtocol.Official2019).Notes, note => note.StartsWith("this label map has 80 classes; published AVA figures are means over the 60", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> NotesOf(string detections, string? truth = null) => AvaCsv.Score(truth ?? Truth, detections, Labels, AvaProtocol.Official2019).Notes;

    private static string Rows(Func<int, int, string> row) => string.Concat(Enumerable.Range(0, 4).SelectMany(video => Enumerable.Range(0, 5).Select(second => row(video, second))));
}
