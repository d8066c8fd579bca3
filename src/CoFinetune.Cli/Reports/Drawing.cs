namespace CoFinetune.Cli.Reports;

/// <summary>A finished plot.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Title">What it shows, as written above it.</param>
/// <param name="Caption">What a reader should know besides; may be empty.</param>
/// <param name="IsTall">Whether it is narrower than the page.</param>
/// <param name="Svg">For the page: in the page's colors, without anything from elsewhere.</param>
/// <param name="Png">For a file: on white, twice the size in pixels.</param>
internal sealed record Drawing(string Name, string Title, string Caption, bool IsTall, string Svg, byte[] Png);
