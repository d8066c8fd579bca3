namespace CoFinetune.Models.Layers;

/// <summary>Arithmetic of the forward and backward pass; parameters and optimizer state are always 32-bit floats.</summary>
public enum Precision
{
    /// <summary>32-bit floats throughout.</summary>
    Fp32,

    /// <summary>bfloat16 in matrix products and attention; sums, norms, softmax, residuals, gradients of parameters and losses in 32-bit floats.</summary>
    Bf16,
}
