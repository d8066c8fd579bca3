// B clips, T frames, R boxes of a slice's clips, K classes of its dataset
using CoFinetune.Models.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CoFinetune.Models;

/// <summary>One trunk and a head for each dataset.</summary>
public sealed class CoFinetuneModel : nn.Module
{
    private readonly Trunk trunk;
    private readonly ModuleDict<Head> heads;
    private readonly string[] datasets;
    private readonly ParameterFactory factory;
    private readonly Arithmetic arithmetic = new();

    /// <summary>A model on the CPU with fresh weights: a pure function of its arguments; a head's weights do not depend on the other heads.</summary>
    /// <param name="trunk">The shared part.</param>
    /// <param name="frames">Frames of a training clip.</param>
    /// <param name="height">Rows of a training clip.</param>
    /// <param name="width">Columns of a training clip.</param>
    /// <param name="heads">The heads; a slice names them by position.</param>
    /// <param name="seed">Key of every random draw.</param>
    /// <param name="filled">False leaves the weights unset until <see cref="Fill"/>.</param>
    /// <exception cref="ArgumentException">The clips do not fit the trunk, or a dataset's name cannot be part of a parameter's name.</exception>
    public CoFinetuneModel(TrunkConfig trunk, int frames, int height, int width, IReadOnlyList<DatasetHead> heads, ulong seed, bool filled = true)
        : base(nameof(CoFinetuneModel))
    {
        factory = new ParameterFactory(seed);
        this.trunk = trunk.Build(frames, height, width, factory.With(arithmetic).In(nameof(trunk)));
        this.heads = [];
        datasets = [.. heads.Select(head => head.Dataset)];
        var depth = factory.Roles.Values.Max(role => role.Depth);
        foreach (var head in heads)
        {
            if (head.Dataset.Length == 0 || head.Dataset.Contains('.'))
                throw new ArgumentException($"'{head.Dataset}' cannot name a dataset: empty, or with a dot", nameof(heads));
            var own = factory.In(nameof(heads)).In(head.Dataset).AtDepth(depth);
            this.heads.Add(head.Dataset, head.Config.Build(this.trunk.Width, head.Classes, own));
        }
        RegisterComponents();
        if (filled) Fill();
    }

    /// <summary>The shared part.</summary>
    public Trunk Trunk => trunk;

    /// <summary>The datasets that the heads belong to, in their order.</summary>
    public IReadOnlyList<string> Datasets => datasets;

    /// <summary>In what numbers the trunk's matrix products are computed; heads use float32.</summary>
    public Precision Precision
    {
        get => arithmetic.Precision;
        set => arithmetic.Precision = value;
    }

    /// <summary>
    /// Whether blocks run as one operation each where the machine allows it: on a CPU with AVX-512, without dropout. With it, <see cref="Backward"/> takes the
    /// place of the loss's own.
    /// </summary>
    public bool Fused
    {
        get => arithmetic.Fused;
        set => arithmetic.Fused = value;
    }

    /// <summary>
    /// Every how many blocks of the trunk an activation is kept for backward, the rest being computed once more; 0 keeps all. With it,
    /// <see cref="Backward"/> takes the place of the loss's own.
    /// </summary>
    public int RecomputeEvery
    {
        get => factory.Stretches.RecomputeEvery;
        set => factory.Stretches.RecomputeEvery = value;
    }

    /// <summary>What a weight file of this model should say beside its tensors, for whoever starts from it.</summary>
    public IReadOnlyDictionary<string, string> Metadata => new Dictionary<string, string>
    {
        ["format"] = "pt",
        [GridSize.MetadataKey] = $"{trunk.LearnedGrid}",
        [Trunk.HeadsMetadataKey] = $"{trunk.Heads}",
    };

    /// <summary>Gives fresh weights to every parameter but those named in <paramref name="given"/>; once, before the model goes to a device.</summary>
    public void Fill(IReadOnlySet<string>? given = null) => factory.Fill(given);

    /// <summary>One pass of the trunk over the whole batch, then each head on its own slice.</summary>
    /// <param name="clips">float <c>[B, T, H, W, 3]</c> in [-1, 1]: see <see cref="ClipTensor.Normalise"/>.</param>
    /// <param name="slices">Which clips belong to which dataset; clips of no slice are computed for nothing.</param>
    /// <returns>Logits of each slice: <c>[R, K]</c> for a head that scores boxes, else <c>[Count, K]</c>.</returns>
    /// <exception cref="ArgumentException">A slice reaches outside the batch, names no head, or lacks what its head needs.</exception>
    public IReadOnlyList<Tensor> forward(Tensor clips, IReadOnlyList<ModelSlice> slices)
    {
        var batch = (int)clips.size(0);
        foreach (var slice in slices) Require(slice, batch);
        factory.Stretches.Clear();                         // of a pass that failed

        using var scope = NewDisposeScope();
        return [.. Score(trunk.forward(clips, DropPathOf(slices, batch)), slices).Select(logits => logits.MoveToOuterDisposeScope())];
    }

    /// <summary>Backward pass from a loss of the last <see cref="forward"/>; adds to the parameters' gradients.</summary>
    public void Backward(Tensor loss)
    {
        loss.backward();
        factory.Stretches.Backward();
    }

    /// <summary>Frees what a forward pass keeps whose <see cref="Backward"/> does not come.</summary>
    public void Forget() => factory.Stretches.Clear();

    /// <summary>Each head on its own slice of what the trunk made of a batch; logits as of <see cref="forward"/>.</summary>
    public IReadOnlyList<Tensor> Score(TokenGrid grid, IReadOnlyList<ModelSlice> slices) =>
        [.. slices.Select(slice => heads[datasets[slice.Dataset]].forward(grid.Slice(slice.Start, slice.Count), slice.Boxes, slice.TrunkGradientScale))];

    /// <summary>Every parameter with its owner and role: the trunk's first, then head by head; names are unique.</summary>
    public IReadOnlyList<ModelParameter> DescribeParameters()
    {
        return [.. named_parameters().Select(entry => new ModelParameter(
            entry.name, entry.parameter, OwnerOf(entry.name), factory.Roles[entry.name].Decays, factory.Roles[entry.name].Depth))];
    }

    /// <summary>Size and cost of the parts of the trunk and of each head, for clips of this size.</summary>
    public IReadOnlyList<ModelPart> DescribeParts(int frames, int height, int width) =>
    [
        .. trunk.Describe(frames, height, width).Select(part => part with { Name = $"{nameof(trunk)}.{part.Name}" }),
        .. datasets.Select(name => ModelPart.Of($"{nameof(heads)}.{name}", heads[name], heads[name].MultiplyAdds, 0)),
    ];

    private void Require(ModelSlice slice, int batch)
    {
        if (slice.Dataset < 0 || slice.Dataset >= datasets.Length)
            throw new ArgumentException($"a slice of dataset {slice.Dataset}; the model has {datasets.Length} heads", nameof(slice));
        if (slice.Start < 0 || slice.Count < 1 || slice.Start + slice.Count > batch)
            throw new ArgumentException($"a slice of {slice.Count} clips from {slice.Start} on; the batch has {batch}", nameof(slice));
    }

    /// <summary>Stochastic depth of each clip; null when no slice names one.</summary>
    private double[]? DropPathOf(IReadOnlyList<ModelSlice> slices, int batch)
    {
        if (slices.All(slice => slice.DropPath is null)) return null;
        var rates = new double[batch];
        Array.Fill(rates, trunk.DropPath);
        foreach (var slice in slices) rates.AsSpan(slice.Start, slice.Count).Fill(slice.DropPath ?? trunk.DropPath);
        return rates;
    }

    private int? OwnerOf(string parameter) =>
        parameter.Split('.') is [nameof(heads), var dataset, ..] ? Array.IndexOf(datasets, dataset) : null;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) factory.Stretches.Clear();
        base.Dispose(disposing);
    }
}
