namespace CoFinetune.Models.Weights.Flax;

internal enum MsgpackKind
{
    /// <summary>nil, a truth value other than true, a fraction, an integer beyond 2^63-1: nothing that matters here.</summary>
    Other,

    True,

    Integer,

    Text,

    Bytes,

    List,

    Map,

    Extension,
}
