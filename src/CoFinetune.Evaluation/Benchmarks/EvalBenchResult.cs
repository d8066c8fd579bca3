namespace CoFinetune.Evaluation.Benchmarks;

/// <summary>How long the parts of an evaluation took, in seconds.</summary>
/// <param name="Keyframes">Keyframes that are predicted.</param>
/// <param name="GroundTruth">Ground truth boxes.</param>
/// <param name="Detections">Predictions.</param>
/// <param name="Map">The score, which the same machine or another must find again.</param>
/// <param name="Reading">Reading both files.</param>
/// <param name="Scoring">Matching and average precision.</param>
/// <param name="Intervals">Drawing the videos and computing every class anew.</param>
public sealed record EvalBenchResult(int Keyframes, int GroundTruth, int Detections, double Map, double Reading, double Scoring, double Intervals);
