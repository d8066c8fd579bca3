namespace CoFinetune.Evaluation;

/// <summary>What the views and crops of a video are averaged as.</summary>
public enum ViewAveraging
{
    /// <summary>Logits, as Scenic does: a view counts the more the surer it is.</summary>
    Logits,

    /// <summary>Probabilities after softmax or sigmoid, as PySlowFast does: no view counts more than another.</summary>
    Probabilities,
}
