namespace CoFinetune.Torch.Tests.Models.Weights.HandMade;

/// <summary>A file that must be refused.</summary>
/// <param name="What">What is wrong with it.</param>
/// <param name="Says">A part of the message.</param>
/// <param name="Bytes">Its content.</param>
public sealed record HostileFile(string What, string Says, byte[] Bytes)
{
    public override string ToString() => What;
}
