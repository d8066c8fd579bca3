namespace CoFinetune.Cli.Runs;

/// <summary>A point of a <see cref="Curve"/>.</summary>
/// <param name="Step">The step, or the middle of the steps, that it stands for.</param>
/// <param name="Mean">Mean of its finite values; NaN without any, as the others.</param>
/// <param name="Low">The least of them.</param>
/// <param name="High">The largest of them.</param>
internal readonly record struct CurvePoint(double Step, double Mean, double Low, double High);
