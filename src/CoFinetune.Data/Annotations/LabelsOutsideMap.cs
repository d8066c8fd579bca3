namespace CoFinetune.Data.Annotations;

/// <summary>What to do about annotated actions that the label map does not list.</summary>
public enum LabelsOutsideMap
{
    /// <summary>The first one ends the reading: the map or the annotations may be the wrong ones.</summary>
    Error,

    /// <summary>The action is left out and counted; the person stays, with the other actions or none.</summary>
    Skip,
}
