namespace CoFinetune.Evaluation.Statistics;

/// <summary>Divides the classes of a dataset into head, mid and tail by how often each occurs in training.</summary>
/// <remarks>
/// Without limits the classes that are scored (those with ground truth) are ranked by training count, the largest first, equal counts in
/// the order of the label map; the first third is the head, the last the tail. Where their number n does not divide by three, head and
/// tail take n/3 each, rounded to the nearest whole number, and mid what is left: 5 classes make 2, 1 and 2, and 4 make 1, 2 and 1.
/// Classes that all occur equally often are not divided: none of them is rare.
/// </remarks>
public sealed class FrequencyGroups
{
    private readonly FrequencyGroup?[] _groups;

    /// <summary>Divides the classes.</summary>
    /// <param name="training">Training examples of each class, by class index.</param>
    /// <param name="isScored">Whether each class has ground truth; those without belong to no group.</param>
    /// <param name="limits">Counts to divide by; null makes thirds.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or the tail reaches beyond the head.</exception>
    public FrequencyGroups(IReadOnlyList<int> training, IReadOnlyList<bool> isScored, FrequencyLimits? limits = null)
    {
        if (training.Count != isScored.Count) throw new ArgumentException($"{isScored.Count} classes with {training.Count} counts", nameof(isScored));
        if (limits is not null && limits.TailBelow > limits.HeadFrom)
            throw new ArgumentException($"the tail reaches to {limits.TailBelow}, beyond the head's {limits.HeadFrom}", nameof(limits));
        (Training, Limits) = (training, limits);
        _groups = new FrequencyGroup?[training.Count];
        var ranked = Enumerable.Range(0, training.Count).Where(label => isScored[label]).OrderByDescending(label => training[label]).ToList();
        if (limits is null && ranked.Count > 0 && training[ranked[0]] == training[ranked[^1]]) return;
        var third = (int)Math.Round(ranked.Count / 3.0);
        for (var rank = 0; rank < ranked.Count; rank++)
        {
            var count = training[ranked[rank]];
            var (isHead, isTail) = limits is null
                ? (rank < third, rank >= ranked.Count - third)
                : (count >= limits.HeadFrom, count < limits.TailBelow);
            _groups[ranked[rank]] = isHead ? FrequencyGroup.Head : isTail ? FrequencyGroup.Tail : FrequencyGroup.Mid;
        }
    }

    /// <summary>Training examples of each class, by class index.</summary>
    public IReadOnlyList<int> Training { get; }

    /// <summary>The counts that divide; null where thirds were made.</summary>
    public FrequencyLimits? Limits { get; }

    /// <summary>Whether there are groups: some class has ground truth, and they do not all occur equally often.</summary>
    public bool IsDivided => _groups.Any(group => group is not null);

    /// <summary>The group of a class; null when it has no ground truth, or classes are not divided.</summary>
    public FrequencyGroup? Of(int label) => _groups[label];

    /// <summary>The classes of a group, by index, in the order of the label map; may be none.</summary>
    public IReadOnlyList<int> Members(FrequencyGroup group) => [.. Enumerable.Range(0, _groups.Length).Where(label => _groups[label] == group)];

    /// <summary>The least and the largest training count among the classes of a group; null when it has none.</summary>
    public (int Least, int Most)? Range(FrequencyGroup group)
    {
        var members = Members(group);
        return members.Count == 0 ? null : (members.Min(label => Training[label]), members.Max(label => Training[label]));
    }
}
