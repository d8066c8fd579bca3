namespace CoFinetune.Data.Annotations;

/// <summary>Where a keyframe was first named.</summary>
/// <param name="Keyframe">The keyframe.</param>
/// <param name="Timestamp">Its time as written there.</param>
/// <param name="Line">The line, from 1; 0 when it was named by no file.</param>
public readonly record struct KeyframeMention(Keyframe Keyframe, string Timestamp, int Line);
