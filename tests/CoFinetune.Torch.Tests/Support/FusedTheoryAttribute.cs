using CoFinetune.Models.Layers;
using Xunit;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A theory about blocks that run as one; skipped on processors that cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FusedTheoryAttribute : TheoryAttribute
{
    public FusedTheoryAttribute()
    {
        if (!FusedBlock.IsPossible(Precision.Fp32)) Skip = "blocks run as one only where the processor has AVX-512";
    }
}
