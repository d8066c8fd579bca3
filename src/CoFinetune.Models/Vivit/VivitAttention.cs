namespace CoFinetune.Models.Vivit;

/// <summary>Which tokens attend to which (ViViT, 2103.15691, section 3.3).</summary>
public enum VivitAttention
{
    /// <summary>Model 1: every token to every token of the clip.</summary>
    Joint,

    /// <summary>Model 2: a spatial encoder for each slice, then a temporal one over the slices' vectors.</summary>
    FactorisedEncoder,

    /// <summary>Model 3: in each block first over time, then over the slice.</summary>
    FactorisedSelfAttention,

    /// <summary>Model 4: half of the heads over time, half over the slice.</summary>
    FactorisedDotProduct,
}
