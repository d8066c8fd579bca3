namespace CoFinetune.Models.Import;

/// <summary>What happened to a parameter of ours, or to a tensor of the file.</summary>
public enum ImportAction
{
    /// <summary>The file's values, in our order.</summary>
    Taken,

    /// <summary>Made from the file's values: positions of another grid, the kernel of an image model, attention over time.</summary>
    Resized,

    /// <summary>Fresh values, as for training from nothing.</summary>
    Initialised,

    /// <summary>A tensor of the file that nothing here takes.</summary>
    Unused,
}
