namespace CoFinetune.Training;

/// <summary>Clips of one dataset in a pass.</summary>
/// <param name="Slice">Which of the batch's slices they are from.</param>
/// <param name="Start">First clip, counted in the batch.</param>
/// <param name="Count">Clips.</param>
internal readonly record struct SlicePart(int Slice, int Start, int Count);
