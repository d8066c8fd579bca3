using System.Text.Json;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Weights;

namespace CoFinetune.Models.Import;

/// <summary>What the <c>config.json</c> beside a Hugging Face model says that its tensors do not.</summary>
internal sealed record HuggingFaceConfig
{
    private const int MaxBytes = 16 << 20;

    /// <summary><c>vivit</c>, <c>videomae</c>, <c>vit</c>.</summary>
    public string? Kind { get; private init; }

    /// <summary>Attention heads.</summary>
    public int? Heads { get; private init; }

    /// <summary>Form of the GELU.</summary>
    public Gelu? Gelu { get; private init; }

    /// <summary>Eps of the norms.</summary>
    public double? NormEps { get; private init; }

    /// <summary>True where the classifier reads the first token, not the mean of all.</summary>
    public bool ClassOfFirstToken { get; private init; }

    /// <summary>Frames of a clip.</summary>
    public int? Frames { get; private init; }

    /// <summary>Rows and columns of a frame.</summary>
    public (int Height, int Width)? Image { get; private init; }

    /// <summary>Names of the classes, by index; empty where they have none.</summary>
    public IReadOnlyList<string> Labels { get; private init; } = [];

    /// <summary>Reads <c>config.json</c> beside <paramref name="weights"/>; null when there is none.</summary>
    /// <exception cref="WeightsException">It is no JSON object, or asks for what no trunk here does.</exception>
    public static HuggingFaceConfig? Beside(string weights)
    {
        var folder = Directory.Exists(weights) ? weights : Path.GetDirectoryName(Path.GetFullPath(weights))!;
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw new WeightsException(path, "is larger than 16 MiB");
            using var json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new WeightsException(path, "is no JSON object");
            return Of(json.RootElement, path);
        }
        catch (JsonException e)
        {
            throw new WeightsException(path, $"is no correct JSON ({e.Message.Split('.')[0]})", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException(path, e.Message, e);
        }
    }

    private static HuggingFaceConfig Of(JsonElement json, string path)
    {
        Refuse("qkv_bias", "projections without biases", value => value.ValueKind == JsonValueKind.False);
        Refuse("num_channels", "frames that are not red, green and blue", value => value.ValueKind == JsonValueKind.Number && value.GetRawText() != "3");
        return new()
        {
            Kind = Text("model_type"),
            Heads = Number("num_attention_heads"),
            Gelu = Text("hidden_act") switch
            {
                null => null,
                "gelu" or "gelu_python" => Layers.Gelu.Erf,
                "gelu_fast" or "gelu_new" or "gelu_pytorch_tanh" or "gelu_python_tanh" or "gelu_accurate" => Layers.Gelu.Tanh,
                var other => throw new WeightsException(path, $"asks for the activation '{other}'; a trunk here has a GELU"),
            },
            NormEps = Find("layer_norm_eps") switch
            {
                null => null,
                { ValueKind: JsonValueKind.Number } eps when eps.TryGetDouble(out var value) => value,
                var other => throw Wrong("layer_norm_eps", other.Value, "a number"),
            },
            ClassOfFirstToken = Find("use_mean_pooling") is { ValueKind: JsonValueKind.False },
            Frames = Number("num_frames"),
            Image = Find("image_size") switch
            {
                { ValueKind: JsonValueKind.Array } sides when sides.GetArrayLength() == 2 && Side(sides[0]) is { } height && Side(sides[1]) is { } width => (height, width),
                { ValueKind: JsonValueKind.Array } sides => throw Wrong("image_size", sides, "a number of pixels, or rows and columns"),
                _ => Number("image_size") is { } side ? (side, side) : null,
            },
            Labels = LabelsOf(Find("id2label")),
        };

        JsonElement? Find(string name) => json.TryGetProperty(name, out var found) && found.ValueKind != JsonValueKind.Null ? found : null;

        string? Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        int? Number(string name) => Find(name) is { } found ? Side(found) ?? throw Wrong(name, found, "a whole number above 0") : null;

        static int? Side(JsonElement number) => number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) && value > 0 ? value : null;

        WeightsException Wrong(string name, JsonElement found, string wanted) => new(path, $"'{name}' is {Short(found.GetRawText())}, wanted {wanted}");

        static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}…";

        void Refuse(string name, string what, Func<JsonElement, bool> when)
        {
            if (Find(name) is { } found && when(found)) throw new WeightsException(path, $"asks for {what} ({name}), which no trunk here has");
        }
    }

    /// <summary>The names in the order of their numbers; none unless they are 0 to n - 1.</summary>
    private static IReadOnlyList<string> LabelsOf(JsonElement? map)
    {
        if (map is not { ValueKind: JsonValueKind.Object } names) return [];
        var labels = new SortedDictionary<int, string>();
        foreach (var entry in names.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, out var number) || entry.Value.ValueKind != JsonValueKind.String || !labels.TryAdd(number, entry.Value.GetString()!))
                return [];
        }
        return labels.Count > 0 && labels.Keys.First() == 0 && labels.Keys.Last() == labels.Count - 1 ? [.. labels.Values] : [];
    }
}
