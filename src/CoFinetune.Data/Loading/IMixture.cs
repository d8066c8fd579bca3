namespace CoFinetune.Data.Loading;

/// <summary>Which datasets a step trains on: a pure function of the step.</summary>
public interface IMixture
{
    /// <summary>The parts of step <paramref name="step"/> (from 0), by dataset; never empty.</summary>
    IReadOnlyList<MixturePart> At(long step);
}
