namespace CoFinetune.Models.Transformers;

/// <summary>The usual sizes of a vision transformer (width, depth, heads, MLP width).</summary>
public enum TransformerSize
{
    /// <summary>Tiny: 192, 12, 3, 768.</summary>
    Ti,

    /// <summary>Small: 384, 12, 6, 1536.</summary>
    S,

    /// <summary>Base: 768, 12, 12, 3072.</summary>
    B,

    /// <summary>Large: 1024, 24, 16, 4096.</summary>
    L,

    /// <summary>Huge: 1280, 32, 16, 5120.</summary>
    H,
}
