using System.Runtime.InteropServices;
using System.Text.Json;
using CoFinetune.Evaluation;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Evaluation;

public sealed class TopKAccuracyTests
{
    [Fact]
    public void Add_HandCases_CountsRanksPerClass()
    {
        var accuracy = new TopKAccuracy(7);
        accuracy.Add([9, 8, 7, 6, 5, 4, 3], 0);                 // rank 1
        accuracy.Add([9, 8, 7, 6, 5, 4, 3], 4);                 // rank 5
        accuracy.Add([9, 8, 7, 6, 5, 4, 3], 5);                 // rank 6
        accuracy.Add([1, 8, 9, 6, 5, 4, 3], 0);                 // rank 7
        Assert.Equal(4, accuracy.Examples);
        Assert.Equal(0.25, accuracy.Top1);
        Assert.Equal(0.5, accuracy.Top5);
        Assert.Equal(0.5 / 3, accuracy.MeanClass, 1e-12);       // 1/2, 0 and 0 over classes 0, 4 and 5
        Assert.Equal([0.5, null, null, null, 0, 0, null], Enumerable.Range(0, 7).Select(accuracy.AccuracyOf));
        Assert.Equal([2, 0, 0, 0, 1, 1, 0], Enumerable.Range(0, 7).Select(accuracy.ExamplesOf));
        Assert.Equal([3, 0, 1, 0, 0, 0, 0], Enumerable.Range(0, 7).Select(accuracy.PredictedAs));
    }

    [Fact]
    public void Add_EqualScores_GiveEachClassOneRank()
    {
        var accuracy = new TopKAccuracy(20);
        for (var label = 0; label < 20; label++) accuracy.Add(new float[20], label);
        Assert.Equal(1 / 20.0, accuracy.Top1);
        Assert.Equal(5 / 20.0, accuracy.Top5);
    }

    [Fact]
    public void Top5_FewerThanFiveClasses_IsOne()
    {
        var accuracy = new TopKAccuracy(2);
        accuracy.Add([1, 0], 1);
        Assert.Equal((0, 1), (accuracy.Top1, accuracy.Top5));
    }

    [Fact]
    public void Figures_WithoutExamples_AreNaN()
    {
        var accuracy = new TopKAccuracy(2);
        Assert.True(double.IsNaN(accuracy.Top1) && double.IsNaN(accuracy.Top5) && double.IsNaN(accuracy.MeanClass));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void Add_LabelOutOfRange_Throws(int label) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TopKAccuracy(3).Add([0, 0, 0], label));

    [GoldenFact]
    public void Figures_GoldenLogits_AgreeWithScikitLearn()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Golden.PathOf("classification_metrics/single_view_expected.json")));
        var classes = expected.RootElement.GetProperty("classes").GetInt32();
        var file = File.ReadAllBytes(Golden.PathOf("classification_metrics/single_view.safetensors"));
        var logits = MemoryMarshal.Cast<byte, float>(Tensor(file, "logits"));
        var labels = MemoryMarshal.Cast<byte, long>(Tensor(file, "labels"));

        var accuracy = new TopKAccuracy(classes);
        for (var i = 0; i < labels.Length; i++) accuracy.Add(logits.Slice(i * classes, classes), (int)labels[i]);

        Assert.Equal(expected.RootElement.GetProperty("top1").GetDouble(), accuracy.Top1, 1e-9);
        Assert.Equal(expected.RootElement.GetProperty("top5").GetDouble(), accuracy.Top5, 1e-9);
        Assert.Equal(expected.RootElement.GetProperty("mean_class_accuracy").GetDouble(), accuracy.MeanClass, 1e-9);
        var perClass = expected.RootElement.GetProperty("class_accuracy").EnumerateArray().ToList();
        for (var label = 0; label < classes; label++)
            Assert.Equal(perClass[label].ValueKind == JsonValueKind.Null ? null : perClass[label].GetDouble(), accuracy.AccuracyOf(label));
    }

    /// <summary>The bytes of a tensor: a safetensors file is the length of its header, the header as JSON, the tensors.</summary>
    private static ReadOnlySpan<byte> Tensor(byte[] file, string name)
    {
        var length = (int)BitConverter.ToInt64(file, 0);
        using var header = JsonDocument.Parse(file.AsMemory(8, length));
        var offsets = header.RootElement.GetProperty(name).GetProperty("data_offsets");
        return file.AsSpan(8 + length)[offsets[0].GetInt32()..offsets[1].GetInt32()];
    }
}
