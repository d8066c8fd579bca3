using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Decoders;
using CoFinetune.Models;
using CoFinetune.Models.Import;
using CoFinetune.Models.Native;
using CoFinetune.Models.Weights;
using CoFinetune.Training.Checkpoints;
using CoFinetune.Training.Optim;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>A run put together from its config: opened datasets, the way to their clips, the model on its device.</summary>
public sealed class LoadedRun : IDisposable
{
    private readonly TimeProvider _time;
    private readonly IVideoDecoder _decoder;
    private readonly ClipLoader? _training;
    private readonly FrameCache _frames;

    private LoadedRun(RunConfig config, IReadOnlyList<RunDataset> datasets, CoFinetuneModel model, Device device, TimeProvider time)
    {
        (Config, Datasets, Model, _time) = (config, datasets, model, time);
        Clips = new DeviceClips(device);
        _decoder = VideoDecoders.Create(config.Data.Decoder, TimeSpan.FromSeconds(config.Data.TimeoutSeconds), out var note);
        DecoderNote = note;
        _frames = new FrameCache(_decoder, (long)config.Data.CacheMb << 20);
        if (datasets.Any(d => d.Train is null)) return;
        _training = new ClipLoader([.. datasets.Select(d => new ClipSource(d.Name, d.Train!, d.Block.Data))], config.Clip, _frames);
    }

    /// <summary>The whole experiment.</summary>
    public RunConfig Config { get; }

    /// <summary>The datasets in the order of the run file.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; }

    /// <summary>Trunk and heads, on the device.</summary>
    public CoFinetuneModel Model { get; }

    /// <summary>The device in words.</summary>
    public string DeviceName => IsOnCpu ? $"CPU, {get_num_threads()} threads" : Clips.Device.ToString();

    /// <summary>What training the model costs.</summary>
    public ModelSize Size => ModelSize.Of(Config, Model.DescribeParts(Config.Clip.Frames, Config.Clip.Size, Config.Clip.Size));

    /// <summary>All the memory there is for the model, in use or not, and whose it is; a container's bound is the machine's.</summary>
    public (string Where, long Bytes) Memory => !IsOnCpu && CudaRuntime.Memory() is var (_, total)
        ? ("the GPU", total)
        : ("this machine", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>Whether the host's memory is the model's.</summary>
    public bool IsOnCpu => Clips.Device.type == DeviceType.CPU;

    /// <summary>What decodes videos.</summary>
    public IVideoDecoder Videos => _decoder;

    /// <summary>What decodes videos, with its version.</summary>
    public string DecoderName => _decoder.Description;

    /// <summary>What the user should know of the decoder; null when nothing.</summary>
    public string? DecoderNote { get; }

    /// <summary>The way from host memory to the device.</summary>
    internal DeviceClips Clips { get; }

    /// <summary>Where the weights came from that the run starts with; null with fresh ones, or those of its own checkpoint.</summary>
    public ImportReport? Start { get; private init; }

    /// <summary>Opens the datasets and builds the model with the weights of a checkpoint of the run, of its <c>init:</c>, or of its seed.</summary>
    /// <param name="config">The run.</param>
    /// <param name="training">False leaves the training splits closed.</param>
    /// <param name="checkpoint">The run's own checkpoint; null starts anew.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DataException">A file is missing or broken.</exception>
    /// <exception cref="CheckpointException">The checkpoint does not fit, or <c>init:</c> names nothing.</exception>
    /// <exception cref="WeightsException">The weights of <c>init:</c> are broken or do not fit.</exception>
    /// <exception cref="NativeTorchException">libtorch cannot be loaded.</exception>
    public static LoadedRun Build(RunConfig config, bool training, Checkpoint? checkpoint, TimeProvider time)
    {
        var datasets = RunDataset.Open(config, training);
        return Of(config, datasets, checkpoint, time);
    }

    /// <summary>Builds the model of a checkpoint for videos from elsewhere: of the run's data, only the lists of classes need be there.</summary>
    /// <param name="config">The run.</param>
    /// <param name="checkpoint">The run's checkpoint.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="DataException">A list of classes is missing or broken.</exception>
    /// <exception cref="CheckpointException">The checkpoint does not fit.</exception>
    /// <exception cref="NativeTorchException">libtorch cannot be loaded.</exception>
    public static LoadedRun BuildForVideos(RunConfig config, Checkpoint checkpoint, TimeProvider time) => Of(config, RunDataset.OpenClasses(config), checkpoint, time);

    /// <summary>A run on datasets that are open.</summary>
    internal static LoadedRun Of(RunConfig config, IReadOnlyList<RunDataset> datasets, Checkpoint? checkpoint, TimeProvider time)
    {
        NativeTorch.Load();
        set_num_threads(config.Threads ?? Environment.ProcessorCount);
        Libtorch.AllowTf32 = config.Tf32;
        if (!Libtorch.TryUseDeterministicAlgorithms(config.Deterministic) && config.Deterministic)
            throw new NativeTorchException("this libtorch cannot be told to be deterministic", "deterministic: false");
        var device = DeviceClips.Choose(config.Device);
        var heads = datasets.Select(d => new DatasetHead(d.Name, d.Block.Head, d.Labels.Count)).ToList();
        var model = new CoFinetuneModel(config.Trunk, config.Clip.Frames, config.Clip.Size, config.Clip.Size, heads, (ulong)config.Seed, filled: false);
        var start = checkpoint is null ? StartWeights.Fill(model, config.Init) : null;
        if (checkpoint is not null) Restore(model, checkpoint);
        model.to(device);
        (model.Precision, model.Fused, model.RecomputeEvery) = (config.Precision, true, config.Recompute.Stretch);
        return new LoadedRun(config, datasets, model, device, time) { Start = start };
    }

    /// <summary>Fills the model from a checkpoint; heads of datasets that this run leaves out are left alone.</summary>
    private static void Restore(CoFinetuneModel model, Checkpoint checkpoint)
    {
        var others = checkpoint.State.Datasets.Except(model.Datasets).Select(name => $"heads.{name}.").ToList();
        checkpoint.LoadModel(
            [.. model.DescribeParameters().Select(p => (p.Name, (Tensor)p.Parameter))],
            weight => others.Any(head => weight.StartsWith(head, StringComparison.Ordinal)));
    }

    /// <summary>The model's parameters with the dataset that each belongs to, and what its learning rate is multiplied by.</summary>
    /// <exception cref="ConfigException"><c>optimizer.parts</c> does not fit the model.</exception>
    internal IEnumerable<OwnedParameter> OwnedParameters()
    {
        var parameters = Model.DescribeParameters();
        return parameters.Zip(LayerRates.Of(Config.Optimizer, parameters), (p, scale) => new OwnedParameter(
            p.Name, p.Parameter, p.Head is { } head ? Datasets[head].Name : OwnedParameter.Trunk, p.Decays)
        { Scale = scale });
    }

    /// <summary>The training batches from step <paramref name="step"/> to the last.</summary>
    /// <param name="step">The first step, from 0.</param>
    /// <param name="rollBacks">How often the run went back to a checkpoint; each time it takes its clips in another order.</param>
    internal BatchLoader TrainingBatches(long step, long rollBacks = 0)
    {
        var seed = rollBacks == 0 ? (ulong)Config.Seed : KeyedHash.Derive((ulong)Config.Seed, Purpose.RollBack, (ulong)rollBacks);
        var plan = new TrainingPlan(Config.BuildMixture(), [.. Datasets.Select(d => d.Train!.Items.Count)], seed);
        return new(_training!, plan.From(step).TakeWhile((_, index) => step + index < Config.Steps), Config.Data.EffectiveWorkers, Config.Data.Prefetch, _time);
    }

    /// <summary>The validation split of a dataset, in order, all views of an entry together.</summary>
    /// <param name="dataset">One of the run's, perhaps with other entries.</param>
    /// <param name="stop">Gives the looking at videos up.</param>
    internal BatchLoader ValidationBatches(RunDataset dataset, CancellationToken stop)
    {
        var (clips, crops) = Config.Evaluate.ViewsOf(dataset.Block);
        var loader = ValidationLoader(dataset);
        return new(loader, EvaluationPlan.Of(loader, dataset.Index, Config.Evaluate.Batch, clips, crops, stop), Config.Data.EffectiveWorkers, Config.Data.Prefetch, _time);
    }

    /// <summary>Loads the first clip of a split, to see that it can be.</summary>
    /// <exception cref="DataException">It cannot.</exception>
    internal void DecodeFirst(RunDataset dataset, DataSplit split)
    {
        var request = new SampleRequest(dataset.Index, 0, split == DataSplit.Train ? 0ul : null);
        var loader = split == DataSplit.Train ? _training! : ValidationLoader(dataset);
        loader.LoadOrSubstitute(request, new byte[loader.ShapeOf(request, CancellationToken.None).Bytes], CancellationToken.None);
    }

    private ClipLoader ValidationLoader(RunDataset dataset) =>
        new([.. Datasets.Select(d => d.Index == dataset.Index ? dataset : d).Select(d => new ClipSource(d.Name, d.Validation, d.Block.Data))], Config.Clip, _frames);

    /// <inheritdoc/>
    public void Dispose()
    {
        Clips.Dispose();
        Model.Dispose();
        (_decoder as IDisposable)?.Dispose();
    }
}
