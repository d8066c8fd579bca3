namespace CoFinetune.Models.Weights.PyTorch;

/// <summary>A tensor of a pickle, as it stands there: nothing of it is checked yet.</summary>
/// <param name="Storage">Its memory.</param>
/// <param name="Offset">Its first element in there.</param>
/// <param name="Shape">Its sides.</param>
/// <param name="Strides">Elements from one place to the next along each side.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
