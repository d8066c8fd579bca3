namespace CoFinetune.Config;

/// <summary>One thing that is wrong with a configuration, with its place and the next step.</summary>
/// <param name="Code">Stable machine name: <c>config.unknown_key</c>, <c>config.out_of_range</c>, …</param>
/// <param name="Message">What is wrong, in one sentence.</param>
/// <param name="Place">Where it stands; null when it concerns the file of the command line as a whole: missing, unreadable, too large.</param>
/// <param name="Hint">The next step, shown under the caret: <c>did you mean 'weight_decay'?</c></param>
public sealed record ConfigError(string Code, string Message, ConfigPlace? Place, string? Hint = null);
