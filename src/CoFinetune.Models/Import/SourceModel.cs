using CoFinetune.Models.Layers;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;

namespace CoFinetune.Models.Import;

/// <summary>A file of weights, ours or another program's, its tensors known by our names.</summary>
public sealed class SourceModel : IDisposable
{
    /// <summary>Wrappings of a state dict, the likeliest first; a file may hold several (the weights and their momentum).</summary>
    private static readonly string[] UsualPrefixes =
    [
        "", "params/", "optimizer/target/", "optimizer/target/params/", "target/",
        "module.", "model.", "state_dict.", "model_state.", "model.module.", "state_dict.module.", "encoder.", "module.encoder.", "model.encoder.",
    ];

    private readonly Dictionary<string, List<StoredPart>> _parts = [];

    private SourceModel(WeightFile file, WeightLayout layout, string prefix)
    {
        (File, Layout, Prefix) = (file, layout, prefix);
        var used = layout == Ours ? MapOurs() : Map();
        Unused = [.. file.Entries.Where(entry => !used.Contains(entry.Name)).Select(entry => entry.Name)];
        Unknown = [.. Unused.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)
            && !Layout.Ignored.Any(start => name[prefix.Length..].StartsWith(start, StringComparison.Ordinal)))];
        HuggingFace = layout.HasConfig ? HuggingFaceConfig.Beside(file.Path) : null;
    }

    /// <summary>The layout of our own files: each parameter under its own name.</summary>
    internal static WeightLayout Ours { get; } = new("CoFinetune model", [new("embedding.weight", "trunk.embedding.weight")]);

    /// <summary>The file.</summary>
    public WeightFile File { get; }

    /// <summary>Whose weights they are, for people.</summary>
    public string Family => Layout.Name;

    /// <summary>True for a file with our own names.</summary>
    public bool IsOurs => Layout == Ours;

    /// <summary>True for a model of images, whose embedding has no frames.</summary>
    public bool IsImage => !IsOurs && Embedding.Shape.Count == 4;

    /// <summary>Whose names it has.</summary>
    internal WeightLayout Layout { get; }

    /// <summary>What stands before each name.</summary>
    public string Prefix { get; }

    /// <summary>What <c>config.json</c> adds; null without one.</summary>
    internal HuggingFaceConfig? HuggingFace { get; }

    /// <summary>Tensors that no parameter of ours is called by.</summary>
    internal IReadOnlyList<string> Unused { get; }

    /// <summary>Those of <see cref="Unused"/> that stand among the model's own and that its family is not known to have.</summary>
    internal IReadOnlyList<string> Unknown { get; }

    /// <summary>Our names (without <c>trunk.</c>) that the file has something for.</summary>
    internal IReadOnlyCollection<string> Names => _parts.Keys;

    /// <summary>Frames, rows and columns of a tubelet; one frame of an image model; null where the file does not say (our own).</summary>
    internal GridSize? Tubelet
    {
        get
        {
            if (IsOurs) return null;
            var sides = Layout.Separator == '/' ? Embedding.Shape.Take(Embedding.Shape.Count - 2) : Embedding.Shape.Skip(2);
            int[] all = [.. IsImage ? [1] : Array.Empty<int>(), .. sides.Select(side => (int)side)];
            return new GridSize(all[0], all[1], all[2]);
        }
    }

    /// <summary>Length of a token.</summary>
    internal int Width => (int)(Layout.Separator == '/' ? Embedding.Shape[^1] : Embedding.Shape[0]);

    /// <summary>Attention heads, where flax's kernels (a query's is <c>[D, heads, d]</c>), <c>config.json</c> or our own metadata tell; else null.</summary>
    internal int? Heads
    {
        get
        {
            if (IsOurs) return int.TryParse(File.Metadata.GetValueOrDefault(Trunk.HeadsMetadataKey), out var own) ? own : null;
            var query = Names.FirstOrDefault(name => name.EndsWith(".qkv.weight", StringComparison.Ordinal));
            return query is not null && PartsOf(query)[0] is { Storage: Storage.Transposed, Entry.Shape: [_, var heads, _] } ? (int)heads : HuggingFace?.Heads;
        }
    }

    private WeightEntry Embedding => _parts["embedding.weight"][0].Entry;

    /// <summary>Opens a weight file, or a folder with one, and recognises whose model it is by its names.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="prefix">What stands before each name; null finds it.</param>
    /// <exception cref="WeightsException">The file is broken, its names are of no model known here, or it holds several and none is the usual one.</exception>
    public static SourceModel Open(string path, string? prefix)
    {
        var file = WeightFile.Open(path);
        try
        {
            return Recognise(file, prefix) ?? throw new WeightsException(file.Path, $"holds no model known here{(prefix is null ? "" : $" under '{prefix}'")}: "
                + $"its {file.Entries.Count} tensors are called {string.Join(", ", file.Entries.Take(3).Select(entry => $"'{entry.Name}'"))}; "
                + "known are ViViT (Scenic, Hugging Face), VideoMAE (its own, Hugging Face), image ViTs (Google, timm, Hugging Face, Scenic), and our own");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => File.Dispose();

    private static SourceModel? Recognise(WeightFile file, string? prefix)
    {
        if (prefix is null && file.Contains(Ours.Anchor)) return new SourceModel(file, Ours, "");
        foreach (var layout in Candidates(file))
        {
            foreach (var form in layout.Inner.Length > 0 ? [layout, layout.Bare()] : new[] { layout })
            {
                if (PrefixOf(file, form.Anchor, prefix) is not { } found) continue;
                return new SourceModel(file, form, found);
            }
        }
        return null;
    }

    /// <summary>What the file has for the parameter <paramref name="name"/> (without <c>trunk.</c>); empty when it has nothing.</summary>
    internal IReadOnlyList<StoredPart> PartsOf(string name) => _parts.TryGetValue(name, out var parts) ? parts : [];

    /// <summary>The families a file may be of, by names that only one of them has.</summary>
    private static IEnumerable<WeightLayout> Candidates(WeightFile file)
    {
        if (Has("embedding/kernel"))
        {
            yield return Any("MultiHeadDotProductAttention_1/") ? FlaxLayouts.GoogleVit
                : Any("SpatialTransformer/") ? FlaxLayouts.FactorisedEncoder
                : Any("LayerNorm_time/") ? FlaxLayouts.FactorisedSelfAttention
                : FlaxLayouts.Scenic;
        }
        else if (Has("embeddings.patch_embeddings.projection.weight"))
        {
            yield return RankOf("embeddings.patch_embeddings.projection.weight") == 4 ? TorchLayouts.HuggingFaceVit
                : Has("embeddings.cls_token") ? TorchLayouts.HuggingFaceVivit
                : TorchLayouts.HuggingFaceVideoMae;
        }
        else if (Has("patch_embed.proj.weight"))
        {
            yield return Has("attn.q_bias") ? TorchLayouts.VideoMae : TorchLayouts.TimmVit;
        }

        bool Has(string end) => file.Entries.Any(entry => entry.Name.EndsWith(end, StringComparison.Ordinal));

        bool Any(string part) => file.Entries.Any(entry => entry.Name.Contains(part, StringComparison.Ordinal));

        int RankOf(string end) => file.Entries.First(entry => entry.Name.EndsWith(end, StringComparison.Ordinal)).Shape.Count;
    }

    private static string? PrefixOf(WeightFile file, string anchor, string? wanted)
    {
        var found = file.Entries.Where(entry => entry.Name.EndsWith(anchor, StringComparison.Ordinal) && entry.Shape.Count is 4 or 5)
            .Select(entry => entry.Name[..^anchor.Length])
            .Where(start => start.Length == 0 || start[^1] is '.' or '/').ToList();
        if (wanted is not null) return found.Contains(wanted) ? wanted : null;
        if (found.Count <= 1) return found.FirstOrDefault();
        return UsualPrefixes.FirstOrDefault(found.Contains)
            ?? throw new WeightsException(file.Path, $"holds {found.Count} sets of weights, under '{string.Join("', '", found)}': say which with init.prefix");
    }

    /// <summary>Finds every rule's tensors; returns the names that were found.</summary>
    private HashSet<string> Map()
    {
        var used = new HashSet<string>();
        // A block with one tensor missing is a block, so that only this one is missed.
        var ofBlocks = Layout.Rules.Where(rule => rule.Theirs.Contains(NameRule.Block, StringComparison.Ordinal)).ToList();
        var blocks = 0;
        while (ofBlocks.Any(rule => File.Contains(Prefix + rule.At(blocks).Theirs))) blocks++;
        foreach (var rule in Layout.Rules)
        {
            for (var block = 0; block < (ofBlocks.Contains(rule) ? blocks : 1); block++) Take(rule.At(block), used);
        }
        return used;
    }

    /// <summary>Our own names are their own rules: <c>trunk.</c> goes, a head keeps its dataset's name.</summary>
    private HashSet<string> MapOurs()
    {
        foreach (var entry in File.Entries)
        {
            var name = entry.Name.StartsWith("trunk.", StringComparison.Ordinal) ? entry.Name["trunk.".Length..] : entry.Name;
            _parts[name] = [new StoredPart(entry, Storage.Same, null)];
        }
        return [.. File.Entries.Select(entry => entry.Name)];
    }

    private void Take(NameRule rule, HashSet<string> used)
    {
        if (!File.Contains(Prefix + rule.Theirs)) return;
        var entry = File.Entry(Prefix + rule.Theirs);
        if (!_parts.TryGetValue(rule.Ours, out var parts)) _parts.Add(rule.Ours, parts = []);
        if (parts.Any(part => part.Third is null || part.Third == rule.Third)) return;      // a rule before this one found it
        parts.Add(new StoredPart(entry, rule.Storage, rule.Third));
        used.Add(entry.Name);
    }
}
