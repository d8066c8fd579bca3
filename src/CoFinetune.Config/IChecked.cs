namespace CoFinetune.Config;

/// <summary>A config record with rules that no single property can state.</summary>
public interface IChecked
{
    /// <summary>Reports every broken rule to <paramref name="check"/>; called once all properties are bound.</summary>
    void Check(ConfigCheck check);
}
