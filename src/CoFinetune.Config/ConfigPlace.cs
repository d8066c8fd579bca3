namespace CoFinetune.Config;

/// <summary>Where a configured value stands: a file position, or an argument of the command line.</summary>
/// <param name="Source">The file's path as given, or <c>argument 3</c>.</param>
/// <param name="Line">Line counted from 1; 0 when the source has no lines.</param>
/// <param name="Column">Column counted from 1 in <paramref name="Text"/>, in UTF-16 units.</param>
/// <param name="Length">Characters to underline; at least 1.</param>
/// <param name="Text">The whole source line, or the whole argument, for the excerpt below a message.</param>
public sealed record ConfigPlace(string Source, int Line, int Column, int Length, string Text)
{
    /// <summary><c>file:line:column</c>, or the source alone when it has no lines.</summary>
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
