// D width, C channels, t h w sides of a tubelet
using static TorchSharp.torch;

namespace CoFinetune.Models.Import;

/// <summary>How another program lays a parameter of ours out.</summary>
internal enum Storage
{
    /// <summary>The same values in the same order.</summary>
    Same,

    /// <summary>Inputs before outputs, as flax's kernels have it; further axes (heads, sides of a tubelet) are part of one or the other.</summary>
    Transposed,

    /// <summary>A convolution of PyTorch, <c>[D, C, t, h, w]</c>, or <c>[D, C, h, w]</c> of an image model.</summary>
    Convolution,
}

internal static class Storages
{
    /// <summary>A stored tensor in our order of values: <c>[outputs, inputs]</c> of a matrix; a view where that is possible.</summary>
    public static Tensor ToOurs(this Storage storage, Tensor stored, long outputs) => storage switch
    {
        Storage.Same => stored,
        Storage.Transposed => stored.reshape(-1, outputs).t(),
        _ => stored.movedim([1], [-1]).reshape(outputs, -1),               // [D, t, h, w, C]
    };

    /// <summary>The inverse of <see cref="ToOurs"/>, in the other program's shape.</summary>
    public static Tensor FromOurs(this Storage storage, Tensor ours, long[] shape) => storage switch
    {
        Storage.Same => ours.reshape(shape),
        Storage.Transposed => ours.t().reshape(shape),
        _ => ours.reshape([shape[0], .. shape[2..], shape[1]]).movedim([-1], [1]),
    };
}
