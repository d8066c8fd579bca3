using CoFinetune.Config;
using CoFinetune.Models;
using CoFinetune.Models.Import;

namespace CoFinetune.Training.Models;

/// <summary>A model without a run: what its weights do not say of themselves. Kept in the metadata of the files we write.</summary>
public sealed record ModelConfig : IChecked
{
    /// <summary>The clips that its positions are for.</summary>
    public required ModelClip Clip { get; init; }

    /// <summary>The trunk.</summary>
    public required TrunkConfig Trunk { get; init; }

    /// <summary>Its heads by name.</summary>
    public IReadOnlyDictionary<string, ModelHead> Heads { get; init; } = new Dictionary<string, ModelHead>();

    /// <summary>Where the weights come from, and how they become this model's.</summary>
    public InitConfig? Init { get; init; }

    /// <inheritdoc/>
    public void Check(ConfigCheck check)
    {
        var misfit = Trunk.Misfit(Clip.Frames, Clip.Height, Clip.Width);
        check.That(misfit is null, nameof(Clip), misfit ?? "", "frames, rows and columns are multiples of trunk.tubelet");
        check.That(Init?.Head is null || Heads.ContainsKey(Init.Head), nameof(Init), $"there is no head '{Init?.Head}'", $"one of {string.Join(", ", Heads.Keys)}");
    }

    /// <summary>The model with its memory untouched; see <see cref="CoFinetuneModel.Fill"/>.</summary>
    internal CoFinetuneModel Build() => new(
        Trunk, Clip.Frames, Clip.Height, Clip.Width, [.. Heads.Select(head => new DatasetHead(head.Key, head.Value.Head, head.Value.Classes))], seed: 0, filled: false);
}
