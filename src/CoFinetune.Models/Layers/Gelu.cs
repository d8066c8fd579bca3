using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>The two forms of the GELU in use; they differ by up to 5e-4.</summary>
public enum Gelu
{
    /// <summary>0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))): flax's default, so Scenic's and ViViT's.</summary>
    Tanh,

    /// <summary>x Φ(x): timm's and VideoMAE's.</summary>
    Erf,
}

internal static class GeluForms
{
    public static Tensor Apply(this Gelu form, Tensor x) => nn.functional.gelu(
        x, form == Gelu.Tanh ? TorchSharp.Modules.GELU.Approximate.tanh : TorchSharp.Modules.GELU.Approximate.none);
}
