namespace CoFinetune.Evaluation.Ava;

/// <summary>Which of the official AVA evaluator's rules hold; figures of different protocols cannot be compared.</summary>
/// <remarks>Source: activitynet/ActivityNet, <c>Evaluation/get_ava_performance.py</c>, at 3fee089 (2019) and 82304fa (2020).</remarks>
public sealed record AvaProtocol
{
    private AvaProtocol()
    {
    }

    /// <summary>The evaluator of 2019, behind most papers: whole seconds, excluded timestamps left out, a detection on a keyframe
    /// that the ground truth does not name is a false positive.</summary>
    public static AvaProtocol Official2019 { get; } = new() { Name = "2019", HasFractions = false, Excludes = true, IgnoresUnknownKeyframes = false };

    /// <summary>The evaluator since 2020: timestamps to six decimals, no exclusion, detections on keyframes that the ground truth does not
    /// name are ignored.</summary>
    public static AvaProtocol Official2020 { get; } = new() { Name = "2020", HasFractions = true, Excludes = false, IgnoresUnknownKeyframes = true };

    /// <summary><c>2019</c> or <c>2020</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Most detections that count per keyframe, all classes together, the best first; null for all of them. Both official
    /// evaluators take 50.</summary>
    public int? Cap { get; init; } = 50;

    /// <summary>Whether timestamps may lie between whole seconds.</summary>
    internal bool HasFractions { get; init; }

    /// <summary>Whether the list of excluded timestamps is honored.</summary>
    internal bool Excludes { get; init; }

    /// <summary>Whether detections on keyframes that the ground truth does not name are left out instead of being wrong.</summary>
    internal bool IgnoresUnknownKeyframes { get; init; }

    /// <summary>The protocol called <paramref name="name"/>, or null.</summary>
    public static AvaProtocol? Named(string name) => name switch
    {
        "2019" => Official2019,
        "2020" => Official2020,
        _ => null,
    };
}
