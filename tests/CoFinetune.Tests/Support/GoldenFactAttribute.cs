using Xunit;

namespace CoFinetune.Tests.Support;

/// <summary>A test against golden figures; skipped, with the reason, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenFactAttribute : FactAttribute
{
    public GoldenFactAttribute() => Skip = Golden.Missing;
}
