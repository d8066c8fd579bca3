namespace CoFinetune.Models.Vivit;

/// <summary>What stands for the whole clip.</summary>
public enum TokenPool
{
    /// <summary>A class token of its own.</summary>
    Token,

    /// <summary>The mean of all tokens after the final norm; there is no class token.</summary>
    Mean,
}
