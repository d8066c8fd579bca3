namespace CoFinetune.Data.Loading;

/// <summary>Which clips make a batch.</summary>
/// <param name="Slices">Which clips belong to which dataset; in order, without gaps.</param>
/// <param name="Requests">The clips, all of one shape.</param>
public sealed record BatchPlan(IReadOnlyList<DatasetSlice> Slices, IReadOnlyList<SampleRequest> Requests);
