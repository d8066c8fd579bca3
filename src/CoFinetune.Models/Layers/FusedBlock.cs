// B clips, N tokens, R = B·N rows, D width, H heads, M hidden width
using CoFinetune.Models.Cpu;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// A transformer block on the CPU with a backward of its own: every product goes from tile to tile in the cache, with whatever follows it done there, and
/// attention's weights never leave it. The same numbers as the layers one by one, rounded in other places.
/// </summary>
internal sealed unsafe class FusedBlock(BlockShape shape, LayerNorm norm1, Attention attention, LayerNorm norm2, Mlp mlp)
{
    /// <summary>Whether this machine and this libtorch have what it takes.</summary>
    public static bool IsPossible(Precision precision) =>
        Team.IsKnown && (precision == Precision.Bf16 ? BFloat16Products.IsPossible : TileProducts.TakeFloat);

    /// <summary>Whether a block has sizes that the kernels take: vectors of sixteen, pairs of a head's values.</summary>
    public static bool Takes(BlockShape shape) =>
        shape.Width % Vectors.Width == 0 && shape.Hidden % Vectors.Width == 0 && shape.Width / shape.Heads % 2 == 0;

    /// <summary>Runs the block.</summary>
    /// <param name="x"><c>[B, N, D]</c></param>
    /// <param name="keep">What is left of each branch of each clip, <c>[2, B, 1, 1]</c>; null keeps all.</param>
    /// <param name="precision">Of the products.</param>
    /// <param name="keeps">Whether <see cref="Backward"/> follows.</param>
    /// <returns>The output, <c>[B, N, D]</c>, and what backward needs.</returns>
    public (Tensor Output, BlockActivations? Kept) Forward(Tensor x, Tensor? keep, Precision precision, bool keeps) =>
        precision != Precision.Bf16 ? Forward<Float32Element, Float32Element>(x, keep, keeps)
        : BFloat16Products.AreFloat32 ? Forward<BFloat16Element, Float32Element>(x, keep, keeps)
        : Forward<BFloat16Element, BFloat16Element>(x, keep, keeps);

    /// <summary>Adds to the gradients of the parameters.</summary>
    /// <param name="kept">From forward.</param>
    /// <param name="gradient">Of the output, <c>[B, N, D]</c>.</param>
    /// <param name="precision">As in forward.</param>
    /// <returns>The gradient of x, <c>[B, N, D]</c>.</returns>
    public Tensor Backward(BlockActivations kept, Tensor gradient, Precision precision) =>
        precision != Precision.Bf16 ? Backward<Float32Element, Float32Element>(kept, gradient)
        : BFloat16Products.AreFloat32 ? Backward<BFloat16Element, Float32Element>(kept, gradient)
        : Backward<BFloat16Element, BFloat16Element>(kept, gradient);

    private (Tensor Output, BlockActivations? Kept) Forward<T, TFactor>(Tensor x, Tensor? keep, bool keeps)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        x = x.contiguous().alias();
        var (batch, tokens, width, hiddenWidth) = ((int)x.size(0), (int)x.size(1), shape.Width, shape.Hidden);
        var rows = batch * tokens;

        // sum = x + keep·(attention(norm1(x))·outᵀ + bias)
        var (normed, statistics) = Norm<T>(rows, x, norm1);
        var projected = Empty<T>(rows, 3 * width);
        using (var bias = attention.Projection.StackedBias())
            Product<T, TFactor, StoreEpilogue<T>>(normed, attention.Projection.Weight, new(Memory.Of(bias), Memory.Of<T>(projected), 3 * width));
        var mixed = Empty<T>(rows, width);
        var logSums = Empty<Float32Element>(rows, shape.Heads);
        AttentionForward.Run<T, TFactor>(SizesOf(batch, tokens), Memory.Of<T>(projected), Memory.Of<T>(mixed), Memory.Of(logSums));
        var sum = Empty<Float32Element>(rows, width);
        Product<T, TFactor, ResidualEpilogue>(
            mixed, attention.Out.Weight, new(Memory.Of(x), Memory.Of(attention.Out.Bias), Keep(keep, 0, batch), tokens, Memory.Of(sum), width));

        // y = sum + keep·(gelu(norm2(sum)·fc1ᵀ + bias)·fc2ᵀ + bias)
        var (normedSum, statisticsSum) = Norm<T>(rows, sum, norm2);
        var hidden = Empty<T>(rows, hiddenWidth);
        var slope = keeps ? Empty<T>(rows, hiddenWidth) : null;
        Product<T, TFactor, GeluEpilogue<T>>(
            normedSum, mlp.Fc1.Weight,
            new(shape.Gelu == Gelu.Erf, Memory.Of(mlp.Fc1.Bias), Memory.Of<T>(hidden), slope is null ? null : Memory.Of<T>(slope), hiddenWidth));
        var y = empty(batch, tokens, width);
        Product<T, TFactor, ResidualEpilogue>(hidden, mlp.Fc2.Weight, new(Memory.Of(sum), Memory.Of(mlp.Fc2.Bias), Keep(keep, 1, batch), tokens, Memory.Of(y), width));

        y.MoveToOuterDisposeScope();
        return (y, slope is null ? null : new BlockActivations
        {
            Keep = keep,
            X = x,
            Normed = normed,
            Statistics = statistics,
            Projected = projected,
            Mixed = mixed,
            LogSums = logSums,
            Sum = sum,
            NormedSum = normedSum,
            StatisticsSum = statisticsSum,
            Hidden = hidden,
            Slope = slope,
        }.Detach());
    }

    private Tensor Backward<T, TFactor>(BlockActivations kept, Tensor gradient)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (batch, tokens, width) = ((int)gradient.size(0), (int)gradient.size(1), shape.Width);
        var rows = batch * tokens;
        gradient = gradient.contiguous().view(rows, width);

        var flow = BranchFlow<T>(gradient, kept.Keep, 1, batch, mlp.Fc2);
        AddGradient<T, TFactor>(mlp.Fc2.Weight, flow, kept.Hidden);
        using var hiddenFlow = Empty<T>(rows, shape.Hidden);
        using (var biasSums = new ColumnSums(Products.Pieces<TFactor>(rows, width), shape.Hidden))
        {
            Flow<T, TFactor, SlopeEpilogue<T>>(flow, mlp.Fc2.Weight, new(Memory.Of<T>(kept.Slope), Memory.Of<T>(hiddenFlow), shape.Hidden, biasSums));
            biasSums.AddTo(Gradients.Of(mlp.Fc1.Bias));
        }
        AddGradient<T, TFactor>(mlp.Fc1.Weight, hiddenFlow, kept.NormedSum);
        var sumGradient = NormFlow<T, TFactor>(hiddenFlow, mlp.Fc1.Weight, kept.Sum, kept.StatisticsSum, norm2, gradient);

        flow = BranchFlow<T>(sumGradient, kept.Keep, 0, batch, attention.Out);
        AddGradient<T, TFactor>(attention.Out.Weight, flow, kept.Mixed);
        var mixedFlow = Empty<T>(rows, width);
        Flow<T, TFactor, StoreEpilogue<T>>(flow, attention.Out.Weight, new(null, Memory.Of<T>(mixedFlow), width));
        var projectedFlow = Empty<T>(rows, 3 * width);
        var sizes = SizesOf(batch, tokens);
        using (var biasSums = new ColumnSums(batch * sizes.Parts, 3 * width))
        {
            AttentionBackward.Run<T, TFactor>(
                sizes, Memory.Of<T>(kept.Projected), Memory.Of<T>(kept.Mixed), Memory.Of(kept.LogSums), Memory.Of<T>(mixedFlow),
                Memory.Of<T>(projectedFlow), biasSums.Of(0));
            attention.Projection.AddBiasGradient(biasSums);
        }
        AddGradient<T, TFactor>(attention.Projection.Weight, projectedFlow, kept.Normed);
        return NormFlow<T, TFactor>(projectedFlow, attention.Projection.Weight, kept.X, kept.Statistics, norm1, sumGradient).view(batch, tokens, width).MoveToOuterDisposeScope();
    }

    /// <summary>A norm of rows, <c>[R, D]</c>, and what its backward needs, <c>[R, 2]</c>.</summary>
    private (Tensor Normed, Tensor Statistics) Norm<T>(int rows, Tensor x, LayerNorm norm)
        where T : unmanaged, IElement<T>
    {
        var normed = Empty<T>(rows, shape.Width);
        var statistics = Empty<Float32Element>(rows, 2);
        NormKernels.Forward(
            new Rows(rows), shape.Width, Memory.Of(x), Memory.Of(norm.Weight), Memory.Of(norm.Bias), shape.NormEps, Memory.Of<T>(normed), Memory.Of(statistics));
        return (normed, statistics);
    }

    /// <summary>x·weightᵀ, <c>[R, inputs]</c> to <c>[R, outputs]</c>.</summary>
    private static void Product<T, TFactor, TEpilogue>(Tensor x, Tensor weight, TEpilogue epilogue)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
        where TEpilogue : struct, IEpilogue
    {
        var (outputs, inputs) = ((int)weight.size(0), (int)weight.size(1));
        using var panels = Empty<TFactor>(outputs, inputs);
        Products.PackTransposed(Memory.Of(weight), outputs, inputs, Memory.Of<TFactor>(panels));
        Products.Run((int)x.size(0), inputs, outputs, Memory.Of<T>(x), Memory.Of<TFactor>(panels), epilogue);
    }

    /// <summary>Gradient of x from that of x·weightᵀ: flow·weight, <c>[R, outputs]</c> to <c>[R, inputs]</c>.</summary>
    private static void Flow<T, TFactor, TEpilogue>(Tensor flow, Tensor weight, TEpilogue epilogue)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
        where TEpilogue : struct, IEpilogue
    {
        var (outputs, inputs) = ((int)weight.size(0), (int)weight.size(1));
        using var panels = Empty<TFactor>(outputs, inputs);
        Products.PackPlain(Memory.Of(weight), outputs, inputs, Memory.Of<TFactor>(panels));
        Products.Run((int)flow.size(0), outputs, inputs, Memory.Of<T>(flow), Memory.Of<TFactor>(panels), epilogue);
    }

    /// <summary>Adds to the gradient of a weight <c>[outputs, inputs]</c> that of x·weightᵀ.</summary>
    private static void AddGradient<T, TFactor>(TorchSharp.Modules.Parameter weight, Tensor flow, Tensor x)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        if (Gradients.Of(weight) is { } gradient)
            WeightGradients.Add<T, TFactor>((int)x.size(0), (int)weight.size(0), (int)weight.size(1), Memory.Of<T>(flow), Memory.Of<T>(x), Memory.Of(gradient));
    }

    /// <summary>Gradient of a branch's last product from that of the stream, <c>[R, D]</c>, and that of its bias.</summary>
    private Tensor BranchFlow<T>(Tensor gradient, Tensor? keep, int branch, int batch, Linear product)
        where T : unmanaged, IElement<T>
    {
        var rows = new Rows((int)gradient.size(0));
        var factors = Keep(keep, branch, batch);
        var isSame = factors == null && T.Type == gradient.dtype;
        var flow = isSame ? gradient : Empty<T>(rows.Count, shape.Width);
        using var biasSums = new ColumnSums(rows.Pieces, shape.Width);
        BranchKernels.Backward(rows, shape.Width, Memory.Of(gradient), isSame ? null : Memory.Of<T>(flow), factors, rows.Count / batch, biasSums);
        biasSums.AddTo(Gradients.Of(product.Bias));
        return flow;
    }

    /// <summary>Gradient of what was normed before a product, <c>[R, D]</c>, from that of the product.</summary>
    private Tensor NormFlow<T, TFactor>(Tensor flow, Tensor weight, Tensor x, Tensor statistics, LayerNorm norm, Tensor past)
        where T : unmanaged, IElement<T>
        where TFactor : unmanaged, IElement<TFactor>
    {
        var rows = new Rows((int)flow.size(0));
        using var normed = Empty<T>(rows.Count, shape.Width);
        Flow<T, TFactor, StoreEpilogue<T>>(flow, weight, new(null, Memory.Of<T>(normed), shape.Width));
        var result = Empty<Float32Element>(rows.Count, shape.Width);
        using var weightSums = new ColumnSums(rows.Pieces, shape.Width);
        using var biasSums = new ColumnSums(rows.Pieces, shape.Width);
        NormKernels.Backward(
            rows, shape.Width, Memory.Of<T>(normed), Memory.Of(x), Memory.Of(statistics), Memory.Of(norm.Weight), Memory.Of(past), Memory.Of(result),
            weightSums, biasSums);
        weightSums.AddTo(Gradients.Of(norm.Weight));
        biasSums.AddTo(Gradients.Of(norm.Bias));
        return result;
    }

    private static Tensor Empty<T>(int rows, int columns)
        where T : unmanaged, IElement<T> => empty(rows, columns, dtype: T.Type);

    private AttentionShape SizesOf(int batch, int tokens) => new(batch, tokens, shape.Heads, shape.Width / shape.Heads);

    private static float* Keep(Tensor? keep, int branch, int batch) => keep is null ? null : Memory.Of(keep) + branch * batch;
}
