namespace CoFinetune.Data.Transforms;

/// <summary>What <see cref="RgbStrips"/> does with the pixels; a struct, so that the call costs nothing.</summary>
internal interface IStripOperation
{
    /// <summary>Reads or changes some pixels. All three spans have one length, a multiple of 16; pixels past the end of the clip are black and go nowhere.</summary>
    void Apply(Span<byte> red, Span<byte> green, Span<byte> blue);
}
