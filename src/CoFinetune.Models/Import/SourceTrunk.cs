using CoFinetune.Models.Layers;
using CoFinetune.Models.Transformers;
using CoFinetune.Models.VideoMae;
using CoFinetune.Models.Vivit;

namespace CoFinetune.Models.Import;

/// <summary>What a file of another program's weights says of the model: as much of its configuration as names and shapes tell.</summary>
public static class SourceTrunk
{
    /// <summary>Frames of a tubelet that an image model becomes the start of, unless another number is asked for: ViViT's.</summary>
    private const int UsualTubeletFrames = 2;

    /// <summary>Heads of the usual widths, where neither the file nor a <c>config.json</c> says.</summary>
    private static readonly Dictionary<int, int> UsualHeads = new() { [192] = 3, [384] = 6, [768] = 12, [1024] = 16, [1280] = 16 };

    /// <summary>
    /// The trunk that the weights are of; of an image model, the joint ViViT that starts from it. Two things no file tells: joint attention
    /// without a class token stands for the factorised dot product too, and the number of heads is guessed from the usual widths, or left open.
    /// </summary>
    public static TransformerConfig TrunkOf(SourceModel source)
    {
        var (t, h, w) = source.Tubelet ?? throw new ArgumentException("our own files say so themselves", nameof(source));
        IReadOnlyList<int> tubelet = [source.IsImage ? UsualTubeletFrames : t, h, w];
        var encoder = source.Names.Any(name => name.StartsWith("spatial.", StringComparison.Ordinal)) ? "spatial" : "encoder";
        var (depth, mlp) = (BlocksOf(source, encoder), MlpOf(source, encoder));
        var huggingFace = source.Layout.HasConfig;
        if (source.Names.Any(name => name.EndsWith("q_bias", StringComparison.Ordinal)))
        {
            // The port's blocks, and the last norm of a model without classifier, have the eps of its configuration; before a classifier the
            // norm is built without it and has PyTorch's own.
            var normEps = huggingFace ? source.HuggingFace?.NormEps ?? 1e-12 : 1e-6;
            var ofClassifier = source.PartsOf("encoder.norm.weight").Any(part => part.Entry.Name.EndsWith("fc_norm.weight", StringComparison.Ordinal));
            return new VideoMaeConfig
            {
                Width = source.Width,
                Depth = depth,
                Heads = HeadsOf(source),
                Mlp = mlp,
                Tubelet = tubelet,
                NormEps = normEps,
                FinalNormEps = huggingFace && ofClassifier ? 1e-5 : normEps,
                Gelu = source.HuggingFace?.Gelu ?? source.Layout.Gelu,
            };
        }
        var attention = encoder == "spatial" ? VivitAttention.FactorisedEncoder
            : source.Layout == FlaxLayouts.FactorisedSelfAttention ? VivitAttention.FactorisedSelfAttention
            : VivitAttention.Joint;
        return new VivitConfig
        {
            Width = source.Width,
            Depth = depth,
            Heads = HeadsOf(source),
            Mlp = mlp,
            Tubelet = tubelet,
            Attention = attention,
            TemporalDepth = attention == VivitAttention.FactorisedEncoder ? BlocksOf(source, "temporal") : null,
            Pool = source.Names.Contains($"{encoder}.cls") ? TokenPool.Token : TokenPool.Mean,
            Gelu = source.IsImage ? Gelu.Tanh : source.HuggingFace?.Gelu ?? source.Layout.Gelu,
            NormEps = source.IsImage ? 1e-6 : source.HuggingFace?.NormEps ?? 1e-6,
            Positions = huggingFace && !source.IsImage ? PositionRule.Bicubic : PositionRule.Linear,
        };
    }

    /// <summary>Frames, rows and columns of the clips that the weights were made for, where the file or its <c>config.json</c> tells.</summary>
    public static (int Frames, int Height, int Width)? ClipOf(SourceModel source)
    {
        const int ViVitFrames = 32, VideoMaeFrames = 16, Side = 224;
        var (t, h, w) = source.Tubelet ?? throw new ArgumentException("our own files say so themselves", nameof(source));
        if (source.HuggingFace is { Image: var (height, width) } config && (source.IsImage || config.Frames is not null))
            return (config.Frames ?? ViVitFrames, height, width);
        if (source.Names.Any(name => name.EndsWith("q_bias", StringComparison.Ordinal))) return (VideoMaeFrames, Side, Side);
        if (source.PartsOf("spatial.positions") is [var spatial] && source.PartsOf("temporal.positions") is [var temporal])
            return Square(spatial, "spatial.cls") is { } cells ? ((int)(temporal.Entry.Shape[1] - Slots("temporal.cls")) * t, cells * h, cells * w) : null;
        if (source.IsImage && source.PartsOf("encoder.positions") is [var image] && Square(image, "encoder.cls") is { } side)
            return (ViVitFrames, side * h, side * w);
        return null;

        int Slots(string cls) => source.Names.Contains(cls) ? 1 : 0;

        int? Square(StoredPart positions, string cls)
        {
            if (positions.Entry.Shape.Count != 3) return null;
            var cells = positions.Entry.Shape[1] - Slots(cls);
            var root = (int)Math.Round(Math.Sqrt(cells));
            return (long)root * root == cells ? root : null;
        }
    }

    /// <summary>Classes of the file's own head; null when it has none.</summary>
    public static int? ClassesOf(SourceModel source) =>
        source.PartsOf("head.bias") is [var bias] && source.PartsOf("head.weight").Count == 1 ? (int)bias.Count : null;

    /// <summary>Names of these classes; empty where they have none.</summary>
    public static IReadOnlyList<string> LabelsOf(SourceModel source) => source.HuggingFace?.Labels ?? [];

    private static int BlocksOf(SourceModel source, string encoder) => source.Names
        .Select(name => name.Split('.'))
        .Where(parts => parts[0] == encoder && parts[1] == "blocks")
        .Select(parts => int.Parse(parts[2])).DefaultIfEmpty(-1).Max() + 1;

    private static int? MlpOf(SourceModel source, string encoder) =>
        source.PartsOf($"{encoder}.blocks.0.mlp.fc1.bias") is [var bias] ? (int)bias.Count : null;

    private static int? HeadsOf(SourceModel source)
    {
        if (source.Heads is { } said) return said;
        return UsualHeads.TryGetValue(source.Width, out var usual) ? usual : null;
    }
}
