using System.Text.Json;
using CoFinetune.Torch.Tests.Support;
using Xunit;

namespace CoFinetune.Torch.Tests.Cli;

/// <summary><c>score</c> from the keyboard: three videos, three classes, a tenth of a second.</summary>
public sealed class ScoreCommandTests : IDisposable
{
    private const string Labels = """
        label { name: "stand" label_id: 1 label_type: PERSON_MOVEMENT }
        label { name: "hug, \"tight\"" label_id: 2 label_type: PERSON_INTERACTION }
        label { name: "eat" label_id: 3 label_type: OBJECT_MANIPULATION }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _files;
    private readonly string _worse;

    public ScoreCommandTests()
    {
        // Class 1 is found everywhere, class 2 nowhere, class 3 has no ground truth: mAP 1/2.
        var truth = _folder.Write("truth.csv", string.Concat(Enumerable.Range(0, 3).Select(v => $"vidéo {v},902,.1,.1,.4,.9,1\nvidéo {v},902,.1,.1,.4,.9,2\n")));
        var predictions = _folder.Write("predictions.csv", string.Concat(Enumerable.Range(0, 3).Select(v => $"vidéo {v},902,.1,.1,.4,.9,1,.{9 - v}\n")));
        _worse = _folder.Write("worse.csv", "vidéo 0,902,.1,.1,.4,.9,1,.9\n");
        _files = ["score", "--groundtruth", truth, "--predictions", predictions, "--labels", _folder.Write("labels.pbtxt", Labels)];
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_HoldsGroupsFrequencyAndIntervals()
    {
        // Class 1 twice, class 2 once.
        var training = _folder.Write("train.csv", "x,902,.1,.1,.4,.9,1\nx,903,.1,.1,.4,.9,1\nx,904,.1,.1,.4,.9,2\nx,905\n");
        var json = Json("--train-groundtruth", training, "--bootstrap", "20");
        Assert.Equal(0.5, json.GetProperty("map").GetDouble());
        Assert.Equal("[0.5,0.5]", json.GetProperty("interval").GetRawText());
        Assert.Equal((20, 3), (json.GetProperty("resamples").GetInt32(), json.GetProperty("videos").GetInt32()));
        var classes = json.GetProperty("classes").EnumerateArray().Select(c => (
            c.GetProperty("training").GetInt32(), c.GetProperty("group").GetString(), c.GetProperty("frequency").GetString(), c.GetProperty("interval").GetRawText())).ToList();
        Assert.Equal([(2, "pose", "head", "[1,1]"), (1, "person", "tail", "[0,0]"), (0, "object", null, "null")], classes);
        Assert.Equal("""{"map":1,"interval":[1,1],"classes":1,"training":null}""", json.GetProperty("groups").GetProperty("pose").GetRawText());
        Assert.Equal("""{"map":null,"interval":null,"classes":0,"training":null}""", json.GetProperty("groups").GetProperty("object").GetRawText());
        Assert.Equal("""{"map":1,"interval":[1,1],"classes":1,"training":[2,2]}""", json.GetProperty("frequency").GetProperty("head").GetRawText());
        Assert.Equal(1, Json("--train-groundtruth", training, "--head-from", "2", "--tail-below", "2").GetProperty("frequency").GetProperty("tail").GetProperty("classes").GetInt32());
        // A second file of the training split counts too.
        Assert.Equal(4, Json("--train-groundtruth", training, "--train-groundtruth", training).GetProperty("classes")[0].GetProperty("training").GetInt32());
    }

    [Fact]
    public void Baseline_ItsOwnFile_IsNoDifference()
    {
        var comparison = Json("--baseline", _files[4]).GetProperty("comparison");
        Assert.Equal((0, "[0,0]", 0, "no difference"), (
            comparison.GetProperty("difference").GetDouble(), comparison.GetProperty("interval").GetRawText(), comparison.GetProperty("wins").GetDouble(), comparison.GetProperty("verdict").GetString()));
        Assert.EndsWith(": no difference\n", Run("--baseline", _files[4]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Baseline_WorseFile_IsComparedPerClass()
    {
        // In the worse file class 1 is found in one of three videos. Draws without it: 0 against 1.
        var comparison = Json("--baseline", _worse, "--seed", "2").GetProperty("comparison");
        Assert.Equal(1 / 3.0, comparison.GetProperty("difference").GetDouble(), 1e-12);
        Assert.Equal(1000, comparison.GetProperty("resamples").GetInt32());
        var stand = comparison.GetProperty("classes")[0];
        Assert.Equal((1, 1 / 3.0), (stand.GetProperty("ap").GetDouble(), stand.GetProperty("baseline_ap").GetDouble()));
        Assert.Equal(2 / 3.0, stand.GetProperty("difference").GetDouble(), 1e-12);
        // One draw of 27 has that video three times, and no difference.
        Assert.InRange(stand.GetProperty("wins").GetDouble(), 0.93, 0.99);
        Assert.Equal(JsonValueKind.Null, comparison.GetProperty("classes")[2].GetProperty("difference").ValueKind);
    }

    [Fact]
    public void Curves_AreCsv()
    {
        var file = Path.Combine(_folder.Path, "curves", "pr.csv");
        var (code, _, error) = Run("--pr-curves", file);
        Assert.True(code == 0, error);
        Assert.Equal(
            ["class_id,class,score,detections,hits,recall,precision,envelope", "1,stand,0.9,1,1,0.3333333333333333,1,1", "1,stand,0.8,2,2,0.6666666666666666,1,1", "1,stand,0.7,3,3,1,1,1"],
            File.ReadAllLines(file));
        Assert.Equal(1, Run("--pr-curves", _folder.Path).ExitCode);
    }

    [Theory]
    [InlineData("0.5", 0)]
    [InlineData("0.500001", 9)]
    [InlineData("50", 2)]
    public void FailUnder_HoldsTheFigureAgainstTheLimit(string limit, int expected)
    {
        var (code, output, error) = Run("--fail-under", limit);
        Assert.Equal(expected, code);
        Assert.Equal(expected != 2, output.Contains("frame-mAP@0.5 0.500000", StringComparison.Ordinal));
        if (expected == 9) Assert.Contains("error: frame-mAP is 0.500000, below --fail-under 0.500001", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("go together", "--head-from", "3")]
    [InlineData("above --head-from", "--head-from", "3", "--tail-below", "4")]
    [InlineData("--train-groundtruth, which is missing", "--head-from", "3", "--tail-below", "3")]
    [InlineData("at least 1", "--bootstrap", "0")]
    public void Options_ThatDoNotFit_AreUsageErrors(string expected, params string[] options)
    {
        var (code, _, error) = Run(options);
        Assert.Equal(2, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Out, string Error) Run(string[] files, string[] options) => SmallWorld.Run([.. files, .. options]);

    private (int ExitCode, string Out, string Error) Run(params string[] options) => Run(_files, options);

    private JsonElement Json(params string[] options)
    {
        var (code, output, error) = Run([.. options, "--json"]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }
}
