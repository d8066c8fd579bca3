namespace CoFinetune.Cli.Terminal;

/// <summary>How long work shows that it moves.</summary>
internal enum ProgressMode
{
    /// <summary>A bar on a terminal, lines elsewhere.</summary>
    Auto,

    /// <summary>One line that is drawn over and over.</summary>
    Bar,

    /// <summary>A new line now and then.</summary>
    Lines,

    /// <summary>Nothing.</summary>
    None,
}
