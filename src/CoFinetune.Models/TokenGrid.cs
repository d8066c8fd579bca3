// B clips, T' H' W' cells of the token grid, D width
using static TorchSharp.torch;

namespace CoFinetune.Models;

/// <summary>What a trunk makes of a batch of clips.</summary>
/// <param name="Tokens"><c>[B, T', H', W', D]</c> after the final norm, without class token.</param>
/// <param name="Pooled"><c>[B, D]</c>, one vector per clip: the class token or the mean of the tokens, after the final norm.</param>
public sealed record TokenGrid(Tensor Tokens, Tensor Pooled)
{
    /// <summary>The clips from <paramref name="start"/> on; views that share memory and gradients with the whole.</summary>
    public TokenGrid Slice(int start, int count) =>
        start == 0 && count == Tokens.size(0) ? this : new TokenGrid(Tokens.narrow(0, start, count), Pooled.narrow(0, start, count));
}
