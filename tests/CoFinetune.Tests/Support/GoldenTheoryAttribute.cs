using Xunit;

namespace CoFinetune.Tests.Support;

/// <summary>A theory against golden figures; skipped, with the reason, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenTheoryAttribute : TheoryAttribute
{
    public GoldenTheoryAttribute() => Skip = Golden.Missing;
}
