using CoFinetune.Config;
using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.Import;
using CoFinetune.Models.Native;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training.Models;

/// <summary>Weights as a model that runs: a run's checkpoint, a file of ours, or another program's.</summary>
public sealed class LoadedModel : IDisposable
{
    /// <summary>The metadata entry of our safetensors files that holds the <see cref="ModelConfig"/>.</summary>
    public const string MetadataKey = "cofinetune.model";

    /// <summary>Name of the head that another program's classifier becomes.</summary>
    public const string ForeignHead = "classifier";

    private LoadedModel(ModelConfig config, CoFinetuneModel model, ImportReport report) => (Config, Model, Report) = (config, model, report);

    /// <summary>What was worked out from the file and the overrides.</summary>
    public ModelConfig Config { get; }

    /// <summary>The model, on the CPU, in evaluation mode.</summary>
    public CoFinetuneModel Model { get; }

    /// <summary>Where every parameter came from.</summary>
    public ImportReport Report { get; }

    /// <summary>Opens weights and builds their model.</summary>
    /// <param name="path">A run, a checkpoint, a weight file, or a folder with one.</param>
    /// <param name="overrides">Changes of the <see cref="ModelConfig"/>: <c>trunk.pool=mean</c>, <c>init.tubelet=inflation</c>.</param>
    /// <param name="clip">The clips to make it for; null takes those it was made for.</param>
    /// <exception cref="WeightsException">The file is broken or of no model known here.</exception>
    /// <exception cref="CheckpointException">A checkpoint of ours is damaged.</exception>
    /// <exception cref="ConfigException">An override is wrong, or the file leaves something open that none states.</exception>
    public static LoadedModel Open(string path, IReadOnlyList<string> overrides, ModelClip? clip)
    {
        var place = StartPlace.Find(path);
        using var source = SourceModel.Open(place.Weights, PrefixOf(overrides));
        var said = place.Checkpoint is { } checkpoint ? OfRun(checkpoint, source) : source.IsOurs ? OfMetadata(source) : OfForeign(source, clip);
        if (clip is not null) said = said with { Clip = clip };
        if (said.Clip is null && !overrides.Any(change => change.StartsWith("clip", StringComparison.Ordinal)))
            throw new WeightsException(source.File.Path, "does not tell the size of its clips: say clip.frames=N clip.height=N clip.width=N");
        var config = Parse(ConfigWriter.ToYaml(said, RunKinds.Table), source.File.Path, overrides);
        NativeTorch.Load();
        var model = config.Build();
        try
        {
            var report = WeightImport.Run(model, source, config.Init!);
            model.eval();
            return new LoadedModel(config, model, report with { Source = report.Source + place.Note });
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The metadata of a safetensors file of this model.</summary>
    public IReadOnlyDictionary<string, string> Metadata() => MetadataOf(Config, Model.Metadata);

    /// <summary>The weight file that <paramref name="path"/> (a run, a checkpoint, a file, a folder) stands for.</summary>
    /// <exception cref="CheckpointException">Nothing is there, or no checkpoint of the run is whole.</exception>
    public static string WeightsAt(string path) => StartPlace.Find(path).Weights;

    /// <summary>The metadata of a file with the same tensors as <paramref name="path"/>: what model it is of where it is ours, else the file's own.</summary>
    /// <exception cref="CheckpointException">A checkpoint of ours is damaged.</exception>
    /// <exception cref="WeightsException">The file is broken.</exception>
    public static IReadOnlyDictionary<string, string> MetadataOf(string path)
    {
        var place = StartPlace.Find(path);
        if (place.Checkpoint is not { } checkpoint)
        {
            using var file = WeightFile.Open(place.Weights);
            return file.Metadata;
        }
        using var source = SourceModel.Open(place.Weights, null);
        return MetadataOf(OfRun(checkpoint, source), source.File.Metadata);
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static Dictionary<string, string> MetadataOf(ModelConfig config, IReadOnlyDictionary<string, string> model) =>
        new(model) { [MetadataKey] = ConfigWriter.ToYaml(config with { Init = null }, RunKinds.Table) };

    private static ModelConfig OfRun(Checkpoint checkpoint, SourceModel source)
    {
        var run = ConfigOf(checkpoint);
        return new()
        {
            Clip = new ModelClip { Frames = run.Clip.Frames, Height = run.Clip.Size, Width = run.Clip.Size },
            Trunk = run.Trunk,
            Heads = run.Datasets.ToDictionary(pair => pair.Key, pair => new ModelHead { Head = pair.Value.Head, Classes = ClassesOf(source, pair.Key) }),
            Init = new InitConfig { From = source.File.Path },
        };
    }

    private static RunConfig ConfigOf(Checkpoint checkpoint)
    {
        var path = Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile);
        try
        {
            return RunFile.Load(path, []).Value;
        }
        catch (ConfigException cause)
        {
            throw new CheckpointException(path, $"is of another version: {cause.Errors[0].Message}", "name the weight file itself and say trunk and clip", cause);
        }
    }

    private static int ClassesOf(SourceModel source, string dataset) => (int)source.File.Entry($"heads.{dataset}.projection.bias").Count;

    private static ModelConfig OfMetadata(SourceModel source)
    {
        if (!source.File.Metadata.TryGetValue(MetadataKey, out var text))
        {
            throw new WeightsException(
                source.File.Path, $"does not say what trunk it is of (no '{MetadataKey}' in its metadata): name the checkpoint folder that it came from");
        }
        return Parse(text, source.File.Path, []) with { Init = new InitConfig { From = source.File.Path } };
    }

    private static ModelConfig OfForeign(SourceModel source, ModelClip? clip)
    {
        var heads = new Dictionary<string, ModelHead>();
        if (SourceTrunk.ClassesOf(source) is { } classes)
        {
            var labels = SourceTrunk.LabelsOf(source);
            heads.Add(ForeignHead, new ModelHead { Head = new LinearHeadConfig(), Classes = classes, Labels = labels.Count == classes ? labels : [] });
        }
        return new()
        {
            Clip = clip ?? (SourceTrunk.ClipOf(source) is var (frames, height, width) ? new ModelClip { Frames = frames, Height = height, Width = width } : null!),
            Trunk = SourceTrunk.TrunkOf(source),
            Heads = heads,
            Init = new InitConfig { From = source.File.Path, Prefix = source.Prefix.Length > 0 ? source.Prefix : null, Head = heads.Count > 0 ? ForeignHead : null },
        };
    }

    private static ModelConfig Parse(string text, string name, IReadOnlyList<string> overrides) =>
        ConfigFile.Parse<ModelConfig>(text, name, overrides, RunKinds.Table, Environment.GetEnvironmentVariable).Value;

    /// <summary>The prefix that an override states, which must be known before the file can be.</summary>
    private static string? PrefixOf(IReadOnlyList<string> overrides)
    {
        const string Key = "init.prefix=";
        return overrides.LastOrDefault(change => change.StartsWith(Key, StringComparison.Ordinal))?[Key.Length..].Trim('"', '\'');
    }
}
