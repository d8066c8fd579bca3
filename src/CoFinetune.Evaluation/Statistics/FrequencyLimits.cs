namespace CoFinetune.Evaluation.Statistics;

/// <summary>Training counts that divide frequent classes from rare ones.</summary>
/// <param name="HeadFrom">A class with at least so many training examples is frequent.</param>
/// <param name="TailBelow">A class with fewer training examples is rare; at most <paramref name="HeadFrom"/>.</param>
public sealed record FrequencyLimits(int HeadFrom, int TailBelow);
