namespace CoFinetune.Models.Vivit;

/// <summary>Which tokens attend to which (ViViT, 2103.15691, section 3.3).</summary>
public enum VivitAttention
{
    /// <summary>Model 1: every token to every token of the clip.</summary>
    Joint,
}
