using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Evaluation.Ava;
using CoFinetune.Evaluation.Statistics;

namespace CoFinetune.Evaluation;

/// <summary>Chooses how a dataset is scored.</summary>
public static class EvaluatorFactory
{
    /// <summary>A new evaluator for one pass over <paramref name="dataset"/>.</summary>
    /// <param name="dataset">The split to score.</param>
    /// <param name="protocol">The rules for action detection; null takes those of 2019, or of 2020 where timestamps lie between whole
    /// seconds.</param>
    /// <param name="options">What is reported beside the figures.</param>
    /// <exception cref="DataException">The ground truth cannot be read.</exception>
    /// <exception cref="ArgumentException">The dataset detects actions but names no ground truth file.</exception>
    public static IEvaluator For(IClipDataset dataset, AvaProtocol? protocol = null, EvaluationOptions? options = null) => dataset.Task switch
    {
        ClipTask.Classification => new ClipEvaluator(dataset.Labels, options ?? new EvaluationOptions()),
        ClipTask.MultiLabel => new MultiLabelEvaluator(dataset.Labels, options ?? new EvaluationOptions()),
        ClipTask.ActionDetection when dataset is AvaDataset ava => new DetectionEvaluator(ava, protocol, options ?? new EvaluationOptions()),
        _ => throw new ArgumentException($"{dataset.GetType().Name} has no ground truth to score against", nameof(dataset)),
    };
}
