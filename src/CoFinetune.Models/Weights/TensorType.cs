namespace CoFinetune.Models.Weights;

/// <summary>Element types of the safetensors format that are read here, in the format's own order.</summary>
public enum TensorType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 16-bit integer; libtorch has no arithmetic for it.</summary>
    U16,

    /// <summary>Half precision.</summary>
    F16,

    /// <summary>Brain float: the upper half of an <see cref="F32"/>.</summary>
    BF16,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 32-bit integer; libtorch has no arithmetic for it.</summary>
    U32,

    /// <summary>Single precision.</summary>
    F32,

    /// <summary>Double precision.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Unsigned 64-bit integer; libtorch has no arithmetic for it.</summary>
    U64,
}
