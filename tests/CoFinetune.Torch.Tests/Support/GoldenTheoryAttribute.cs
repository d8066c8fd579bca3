using Xunit;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A test with cases against a folder of golden figures; skipped, with the reason, where the folder is absent.</summary>
internal sealed class GoldenTheoryAttribute : TheoryAttribute
{
    public GoldenTheoryAttribute(string folder)
    {
        if (!GoldenFolder.Has(folder)) Skip = $"the golden figures '{folder}' are not on this machine";
    }
}
