namespace CoFinetune.Data.Synthetic;

/// <summary>A thick line with round ends or an upright rectangle, in fractions of the frame, y downwards.</summary>
/// <param name="Color">Its color.</param>
/// <param name="X1">One end, or the left edge.</param>
/// <param name="Y1">One end, or the top edge.</param>
/// <param name="X2">The other end, or the right edge.</param>
/// <param name="Y2">The other end, or the bottom edge.</param>
/// <param name="Radius">Half the line's thickness; 0 makes it a rectangle.</param>
/// <param name="IsBody">True for the parts of a person, which their box encloses; false for what they hold or sit on.</param>
internal readonly record struct Stroke(Rgb Color, float X1, float Y1, float X2, float Y2, float Radius, bool IsBody);
