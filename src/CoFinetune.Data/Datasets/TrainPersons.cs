namespace CoFinetune.Data.Datasets;

/// <summary>Whose boxes a detection set trains on.</summary>
public enum TrainPersons
{
    /// <summary>The annotated boxes.</summary>
    Truth,

    /// <summary>Detected boxes, each with the actions of the annotated box that it covers; those that cover none are left out.</summary>
    Detections,

    /// <summary>The annotated boxes, and such detected ones beside them.</summary>
    Both,
}
