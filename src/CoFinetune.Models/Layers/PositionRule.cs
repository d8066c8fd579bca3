namespace CoFinetune.Models.Layers;

/// <summary>How position embeddings are taken to a grid of another size.</summary>
public enum PositionRule
{
    /// <summary>Linear along time, rows and columns, corners aligned: Scenic's when it loads a checkpoint of another size.</summary>
    Linear,

    /// <summary>Each slice bicubic with half-pixel centres (a = -0.75, no smoothing), as in Hugging Face's models and VideoMAE's detector; time linear.</summary>
    Bicubic,
}
