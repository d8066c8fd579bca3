namespace CoFinetune.Models.Weights.Flax;

/// <summary>The beginning of a msgpack value.</summary>
/// <param name="Kind">What begins.</param>
/// <param name="Value">The integer; the number of entries of a list or map; the number of bytes that follow otherwise.</param>
/// <param name="Extension">The extension's type.</param>
internal readonly record struct MsgpackToken(MsgpackKind Kind, long Value = 0, sbyte Extension = 0);
