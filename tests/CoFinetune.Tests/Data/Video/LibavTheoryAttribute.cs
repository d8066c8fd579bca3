using Xunit;

namespace CoFinetune.Tests.Data.Video;

/// <summary>A theory that needs FFmpeg's libraries and program; skipped, with the reason, where one of them is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LibavTheoryAttribute : TheoryAttribute
{
    public LibavTheoryAttribute() => Skip = LibavFactAttribute.Missing;
}
