using CoFinetune.Data;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Detectors;
using Xunit;

namespace CoFinetune.Torch.Tests.Training.Detectors;

/// <summary>
/// Graphs of every layout, for a frame of 96 x 48 in the middle of an input of 96 x 96: 24 rows of grey above and below. A person of x 24 to 48 and y 24 to 60
/// of the input is x 0.25 to 0.5 and y 0 to 0.75 of the frame.
/// </summary>
public sealed class PersonDetectorTests : IDisposable
{
    // Strides 8, 16 and 32 of 96 x 96.
    private const int Places = 144 + 36 + 9;
    private static readonly Box Expected = new(0.25f, 0, 0.5f, 0.75f);
    private static readonly float[] Center = [36, 42, 24, 36];
    private static readonly float[] Corners = [24, 24, 48, 60];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Find_ClassScores_OnePersonOfTwoBoxes(bool transposed)
    {
        var columns = Table(Places, 84, [
            (3, [.. Center, 0.9f]),
            (4, [37, 42, 24, 36, 0.8f]),                       // the same person, IoU 23/25
            (9, [80, 50, 10, 20, 0.49f]),                      // too weak
            (10, [80, 50, 10, 20, 0.6f, 0.7f]),                // rather of class 1
        ]);
        var model = new OnnxModel([1, 3, 96, 96]).With("output0", transposed ? [1, Places, 84] : [1, 84, Places], transposed ? columns : Transposed(columns, 84));
        One(model, 0.9f);
    }

    [Fact]
    public void Find_ObjectScores_AreTimesTheClassScore()
    {
        // Version 5 looks three times at each place.
        var rows = Table(3 * Places, 85, [(100, [.. Center, 0.9f, 0.9f]), (200, [80, 50, 10, 20, 0.5f, 0.9f])]);
        One(new OnnxModel([1, 3, 96, 96]).With("output", [1, 3 * Places, 85], rows), 0.81f);
    }

    [Fact]
    public void Find_NamedClasses_SayWhichOneIsThePersonAndHowManyThereAre()
    {
        var rows = Table(3 * Places, 7, [(5, [.. Center, 0.9f, 0.1f, 0.8f]), (6, [80, 50, 10, 20, 0.9f, 0.9f, 0.1f])]);
        One(new OnnxModel([1, 3, 96, 96]).With("output", [1, 3 * Places, 7], rows).Described("names", "{0: 'dog', 1: 'person'}"), 0.72f);
        var columns = Table(40, 6, [(5, [.. Center, 0.1f, 0.8f])]);
        One(new OnnxModel([1, 3, 96, 96]).With("output", [1, 6, 40], Transposed(columns, 6)).Described("names", "{0: 'dog', 1: 'person'}"), 0.8f);
    }

    [Theory]
    [InlineData(new long[] { 3, 6 })]
    [InlineData(new long[] { 1, 3, 6 })]
    public void Find_RowsAfterSuppression_AreTakenAsTheyAre(long[] shape) =>
        One(new OnnxModel([1, 3, 96, 96]).With("output0", shape, [.. Corners, 0.9f, 0, 0, 0, 90, 90, 0.8f, 3, .. Corners, 0.2f, 0]), 0.9f);

    [Fact]
    public void Find_RowsWithTheImage_HaveClassBeforeScore() =>
        One(new OnnxModel([1, 3, 96, 96]).With("output", [2, 7], [0, .. Corners, 0, 0.75f, 0, 1, 1, 90, 90, 2, 0.8f]), 0.75f);

    [Fact]
    public void Find_Torchvision_CountsFromTheBackground() =>
        One(new OnnxModel([3, 96, 96]).With("boxes", [2, 4], [.. Corners, 0, 0, 90, 90]).WithWhole("labels", [2], 1, 18).With("scores", [2], 0.9f, 0.95f), 0.9f);

    [Fact]
    public void Find_OneBoxOfTorchvision_IsStillFromTheBackground() =>
        One(new OnnxModel([1, 3, 96, 96]).With("boxes", [1, 4], Corners).WithWhole("labels", [1], 1).With("scores", [1], 0.9f), 0.9f);

    [Fact]
    public void Find_Detectron_CountsFromZero() =>
        One(new OnnxModel([3, 96, 96]).With("pred_boxes", [2, 4], [.. Corners, 0, 0, 90, 90]).WithWhole("pred_classes", [2], 0, 1).With("scores", [2], 0.9f, 0.95f), 0.9f);

    [Fact]
    public void Find_RtDetr_IsToldTheSizeAndCountsFromZero() => One(
        new OnnxModel([1, 3, 96, 96]).WithSizes("orig_target_sizes", 1, 2).WithWhole("labels", [1, 2], 0, 1).With("boxes", [1, 2, 4], [.. Corners, 0, 0, 90, 90]).With("scores", [1, 2], 0.9f, 0.95f), 0.9f);

    [Fact]
    public void Find_FractionsOfTheInput_AreKnownByTheirSize() =>
        One(new OnnxModel([1, 3, 96, 96]).With("boxes", [1, 4], 0.25f, 0.25f, 0.5f, 0.625f).WithWhole("labels", [1], 1).With("scores", [1], 0.9f), 0.9f);

    [Fact]
    public void Find_Detr_TakesASoftmaxThatKnowsNothing()
    {
        // 92 classes, the last of which is «nothing»: 91 logits of 0 and one of ln 273, so 273 of 364.
        var logits = new float[2 * 92];
        logits[1] = MathF.Log(273);
        logits[92 + 91] = 9;
        var model = new OnnxModel([1, 3, 96, 96]).WithSizes("pixel_mask", 1, 96, 96).With("logits", [1, 2, 92], logits).With("pred_boxes", [1, 2, 4], [0.375f, 0.4375f, 0.25f, 0.375f, 0.5f, 0.5f, 1, 1]);
        One(model, 0.75f);
    }

    [Fact]
    public void Find_AnotherClass_IsWhatTheUserSays()
    {
        var path = new OnnxModel([1, 3, 96, 96]).With("output0", [1, 6], [.. Corners, 0.9f, 7]).Write(Path.Combine(_folder.Path, "other.onnx"));
        using var usual = PersonDetector.Open(path, null, 0.5);
        Assert.Empty(Grey(usual));
        using var other = PersonDetector.Open(path, 7, 0.5);
        Assert.Equal(Expected, Assert.Single(Grey(other)).Box);
    }

    [Theory]
    [InlineData(new long[] { 1, 3, 96, 96 }, false, 1)]
    [InlineData(new long[] { 0, 3, 0, 0 }, false, 1)]
    [InlineData(new long[] { 3, 96, 96 }, false, 0)]
    [InlineData(new long[] { 1, 96, 96, 3 }, false, 3)]
    [InlineData(new long[] { 1, 96, 96, 3 }, true, 3)]
    public void Find_GivesTheGraphThePictureAsItWantsIt(long[] shape, bool bytes, int channelAxis)
    {
        var side = shape.Contains(0) ? 640 : 96;
        var model = new OnnxModel(shape, bytes).With("boxes", [3, 4], 0, 0, side, side, 0, 0, side / 2, side, side / 2, 0, side, side).WithWhole("labels", [3], 1, 1, 1).WithMeans("scores", shape.Length, channelAxis);
        using var detector = PersonDetector.Open(model.Write(Path.Combine(_folder.Path, "means.onnx")), null, 0);
        var fit = new LetterBox(48, 96, side, side);
        // Half of the input is the frame, 255 and 0 and 51; half is grey, 114.
        var frame = new byte[fit.Height * fit.Width * 3];
        for (var i = 0; i < frame.Length; i += 3) (frame[i], frame[i + 1], frame[i + 2]) = (255, 0, 51);
        var scores = detector.Find(frame, fit).Select(person => person.Score).ToArray();
        float[] expected = bytes ? [1, 1, 1] : [184.5f / 255, 82.5f / 255, 57f / 255];
        Assert.Equal(3, scores.Length);
        Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void Open_AnUnknownLayout_NamesTheOutputs()
    {
        var path = new OnnxModel([1, 3, 96, 96]).With("heat", [1, 2, 2, 2], new float[8]).WithWhole("extra", [3], 1, 2, 3).Write(Path.Combine(_folder.Path, "odd.onnx"));
        using var detector = PersonDetector.Open(path, null, 0.5);
        var error = Assert.Throws<DataException>(() => Grey(detector));
        Assert.Equal($"{path}: its outputs are of no known layout: heat float [1, 2, 2, 2]; extra int [3]", error.Message);
    }

    [Fact]
    public void Open_WhatIsNoDetector_SaysWhy()
    {
        Assert.Contains("no such file", Problem(Path.Combine(_folder.Path, "none.onnx")), StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime cannot open it", Problem(_folder.Write("text.onnx", "no graph")), StringComparison.Ordinal);
        Assert.Contains("8 pictures at a time", Problem(new OnnxModel([8, 3, 96, 96]).With("boxes", [1, 4], Corners).Write(Path.Combine(_folder.Path, "eight.onnx"))), StringComparison.Ordinal);
        Assert.Contains("none is a picture", Problem(new OnnxModel([1, 30]).With("boxes", [1, 4], Corners).Write(Path.Combine(_folder.Path, "flat.onnx"))), StringComparison.Ordinal);

        static string Problem(string path) => Assert.Throws<DataException>(() => PersonDetector.Open(path, null, 0.5)).Problem;
    }

    [Fact]
    public void Find_AClassThatTheDetectorLacks_SaysHowManyItHas()
    {
        var path = new OnnxModel([1, 3, 96, 96]).With("output0", [1, 84, Places], new float[84 * Places]).Write(Path.Combine(_folder.Path, "few.onnx"));
        using var detector = PersonDetector.Open(path, 80, 0.5);
        Assert.Contains("has 80 classes, from 0 to 79", Assert.Throws<DataException>(() => Grey(detector)).Message, StringComparison.Ordinal);
    }

    private void One(OnnxModel model, float score)
    {
        using var detector = PersonDetector.Open(model.Write(Path.Combine(_folder.Path, "model.onnx")), null, 0.5);
        var person = Assert.Single(Grey(detector));
        Assert.All(new[] { (Expected.X1, person.Box.X1), (Expected.Y1, person.Box.Y1), (Expected.X2, person.Box.X2), (Expected.Y2, person.Box.Y2), (score, person.Score) },
            pair => Assert.Equal(pair.Item1, pair.Item2, 1e-5f));
        Assert.Empty(person.Labels);
    }

    private static IReadOnlyList<PersonBox> Grey(PersonDetector detector) => detector.Find(new byte[48 * 96 * 3], new LetterBox(48, 96, 96, 96));

    private static float[] Table(int rows, int columns, (int Row, float[] Values)[] entries)
    {
        var table = new float[rows * columns];
        foreach (var (row, values) in entries) values.CopyTo(table, row * columns);
        return table;
    }

    private static float[] Transposed(float[] rows, int columns) =>
        [.. Enumerable.Range(0, rows.Length).Select(i => rows[i % (rows.Length / columns) * columns + i / (rows.Length / columns)])];
}
