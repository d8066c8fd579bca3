using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>Dropout that draws nothing when it drops nothing, so that a rate of 0 and evaluation leave the random state alone.</summary>
internal static class Dropout
{
    public static Tensor Apply(Tensor x, double rate, bool training) =>
        training && rate > 0 ? nn.functional.dropout(x, rate, training: true) : x;
}
