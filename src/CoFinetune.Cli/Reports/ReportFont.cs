using ScottPlot;
using SkiaSharp;

namespace CoFinetune.Cli.Reports;

/// <summary>The font of plots comes with the program, for slim containers have none: DejaVu Sans, for Latin, Greek, Cyrillic, Arabic and more.</summary>
internal sealed class ReportFont : IFontResolver
{
    /// <summary>Its name.</summary>
    public const string Name = "DejaVu Sans";

    private static readonly Lazy<SKTypeface> Face = new(Load);

    private ReportFont()
    {
    }

    /// <summary>Makes it the font of all plots.</summary>
    public static void Use()
    {
        if (!Fonts.FontResolvers.Any(resolver => resolver is ReportFont)) Fonts.FontResolvers.Insert(0, new ReportFont());
        Fonts.Default = Fonts.Sans = Name;
    }

    /// <summary>Whether it has every letter of a text.</summary>
    public static bool CanWrite(string text) => Face.Value.ContainsGlyphs(text);

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? Face.Value : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Face.Value : null;

    private static SKTypeface Load()
    {
        using var stream = typeof(ReportFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        return SKTypeface.FromStream(stream);
    }
}
