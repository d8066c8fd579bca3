namespace CoFinetune.Data;

/// <summary>A box in fractions of the image: 0 is the left or top edge, 1 the right or bottom one.</summary>
/// <param name="X1">Left.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
public readonly record struct Box(float X1, float Y1, float X2, float Y2);
