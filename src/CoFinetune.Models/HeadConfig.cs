using CoFinetune.Models.Layers;

namespace CoFinetune.Models;

/// <summary>The <c>head:</c> block of a dataset.</summary>
public abstract record HeadConfig
{
    /// <summary>True when the head scores boxes, false when it scores whole clips.</summary>
    public abstract bool TakesBoxes { get; }

    /// <summary>Builds the head with fresh weights.</summary>
    /// <param name="width">Length of a token.</param>
    /// <param name="classes">Classes to score.</param>
    /// <param name="parameters">Makes the parameters.</param>
    public abstract Head Build(int width, int classes, ParameterFactory parameters);
}
