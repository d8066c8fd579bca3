// B clips, N tokens, R = B·N rows, D width, H heads, M hidden width
using CoFinetune.Models.Cpu;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>
/// A transformer block on the CPU with a backward of its own: large products by libtorch, everything between them in one pass over the memory each,
/// attention in the cache. The same numbers as the layers one by one, rounded in other places.
/// </summary>
internal sealed unsafe class FusedBlock(BlockShape shape, LayerNorm norm1, Attention attention, LayerNorm norm2, Mlp mlp, Buffers buffers)
{
    /// <summary>Whether this machine and this libtorch have what it takes.</summary>
    public static bool IsPossible { get; } = System.Runtime.Intrinsics.X86.Avx512BW.IsSupported && Team.IsKnown && TileProducts.AreKnown;

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
        precision == Precision.Bf16 ? Forward<BFloat16Element>(x, keep, keeps) : Forward<Float32Element>(x, keep, keeps);

    /// <summary>Adds to the gradients of the parameters.</summary>
    /// <param name="kept">From forward.</param>
    /// <param name="gradient">Of the output, <c>[B, N, D]</c>.</param>
    /// <param name="precision">As in forward.</param>
    /// <returns>The gradient of x, <c>[B, N, D]</c>.</returns>
    public Tensor Backward(BlockActivations kept, Tensor gradient, Precision precision) =>
        precision == Precision.Bf16 ? Backward<BFloat16Element>(kept, gradient) : Backward<Float32Element>(kept, gradient);

    private (Tensor Output, BlockActivations? Kept) Forward<T>(Tensor x, Tensor? keep, bool keeps)
        where T : unmanaged, IElement<T>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        x = x.contiguous().alias();
        var (batch, tokens, width) = ((int)x.size(0), (int)x.size(1), shape.Width);
        var rows = new Rows(batch * tokens);
        var p = BlockParameters.Of<T>(norm1, attention, norm2, mlp);
        var keepAttention = Keep(keep, 0, batch);
        var keepMlp = Keep(keep, 1, batch);

        var normed = buffers.Rent<T>(rows, width);
        var statistics = buffers.Rent<Float32Element>(rows, 2);
        NormKernels.Forward<T>(
            rows, width, Memory.Of(x), null, null, Memory.Of(p.Norm1.Weight), Memory.Of(p.Norm1.Bias), shape.NormEps, Memory.Of<T>(normed), Memory.Of(statistics));
        var projected = Product<T>(rows, normed, p.Qkv, 3 * width);                                                         // [R, 3D]
        var mixed = buffers.Rent<T>(rows, width);
        var logSums = buffers.Rent<Float32Element>(rows, shape.Heads);
        var sizes = new AttentionShape(batch, tokens, shape.Heads, width / shape.Heads);
        AttentionForward.Run(sizes, Memory.Of<T>(projected), Memory.Of(p.Qkv.Bias), Memory.Of<T>(mixed), Memory.Of(logSums));

        var branch = Product<T>(rows, mixed, p.Out, width);                                                             // [R, D]
        var sum = buffers.Rent<Float32Element>(rows, width);
        var normedSum = buffers.Rent<T>(rows, width);
        var statisticsSum = buffers.Rent<Float32Element>(rows, 2);
        NormKernels.Forward(
            rows, width, Memory.Of(x), new Branch<T>(Memory.Of<T>(branch), Memory.Of(p.Out.Bias), keepAttention, tokens), Memory.Of(sum),
            Memory.Of(p.Norm2.Weight), Memory.Of(p.Norm2.Bias), shape.NormEps, Memory.Of<T>(normedSum), Memory.Of(statisticsSum));

        var slope = Product<T>(rows, normedSum, p.Fc1, shape.Hidden);                                                          // [R, M]
        var hidden = keeps ? buffers.Rent<T>(rows, shape.Hidden) : slope;
        GeluKernels.Forward(
            rows, shape.Hidden, shape.Gelu == Gelu.Erf, Memory.Of<T>(slope), Memory.Of(p.Fc1.Bias), Memory.Of<T>(hidden), keeps ? Memory.Of<T>(slope) : null);
        buffers.Return(branch);
        branch = Product<T>(rows, hidden, p.Fc2, width);                                                                // [R, D]
        var y = empty(batch, tokens, width);
        new Branch<T>(Memory.Of<T>(branch), Memory.Of(p.Fc2.Bias), keepMlp, tokens).AddTo(rows, width, Memory.Of(sum), Memory.Of(y));

        buffers.Return(branch);
        y.MoveToOuterDisposeScope();
        var kept = new BlockActivations(buffers)
        {
            Parameters = p.Detach(),
            Keep = keep,
            X = x.DetachFromDisposeScope(),
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
        };
        if (keeps) return (y, kept);
        kept.Dispose();
        return (y, null);
    }

    private Tensor Backward<T>(BlockActivations kept, Tensor gradient)
        where T : unmanaged, IElement<T>
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (batch, tokens, width) = ((int)gradient.size(0), (int)gradient.size(1), shape.Width);
        var rows = new Rows(batch * tokens);
        var p = kept.Parameters;
        gradient = gradient.contiguous().view(rows.Count, width);

        // y = sum + keep·(hidden·fc2ᵀ + bias)
        var flow = BranchFlow<T>(rows, gradient, kept.Keep, 1, batch, tokens, p.Fc2);
        p.Fc2.AddProduct(flow, kept.Hidden);
        var hiddenFlow = Times<T>(rows, flow, p.Fc2, shape.Hidden);                                                         // [R, M]
        using (var biasSums = new ColumnSums(rows, shape.Hidden))
        {
            GeluKernels.Backward(rows, shape.Hidden, Memory.Of<T>(hiddenFlow), Memory.Of<T>(kept.Slope), biasSums);
            biasSums.AddTo(p.Fc1.BiasGradient);
        }
        p.Fc1.AddProduct(hiddenFlow, kept.NormedSum);
        var sumGradient = NormFlow<T>(rows, hiddenFlow, p.Fc1, kept.Sum, kept.StatisticsSum, p.Norm2, gradient);

        if (!ReferenceEquals(flow, gradient)) buffers.Return(flow);

        // sum = x + keep·(mixed·outᵀ + bias)
        flow = BranchFlow<T>(rows, sumGradient, kept.Keep, 0, batch, tokens, p.Out);
        p.Out.AddProduct(flow, kept.Mixed);
        var mixedFlow = Times<T>(rows, flow, p.Out, width);                                                          // [R, D]
        var projectedFlow = buffers.Rent<T>(rows, 3 * width);
        var sizes = new AttentionShape(batch, tokens, shape.Heads, width / shape.Heads);
        using (var biasSums = new ColumnSums(batch, 3 * width))
        {
            AttentionBackward.Run(
                sizes, Memory.Of<T>(kept.Projected), Memory.Of(p.Qkv.Bias), Memory.Of<T>(kept.Mixed), Memory.Of(kept.LogSums),
                Memory.Of<T>(mixedFlow), Memory.Of<T>(projectedFlow), biasSums.Of(0));
            attention.Projection.AddBiasGradient(biasSums);
        }
        p.Qkv.AddProduct(projectedFlow, kept.Normed);
        using var result = NormFlow<T>(rows, projectedFlow, p.Qkv, kept.X, kept.Statistics, p.Norm1, sumGradient);
        if (!ReferenceEquals(flow, sumGradient)) buffers.Return(flow);
        buffers.Return(mixedFlow, sumGradient);
        return result.view(batch, tokens, width).MoveToOuterDisposeScope();
    }

    /// <summary>Gradient of a branch's last product from that of the stream, <c>[R, D]</c>, and that of its bias.</summary>
    private Tensor BranchFlow<T>(Rows rows, Tensor gradient, Tensor? keep, int branch, int batch, int tokens, BlockProduct product)
        where T : unmanaged, IElement<T>
    {
        var factors = Keep(keep, branch, batch);
        var isSame = factors == null && T.Type == gradient.dtype;
        var flow = isSame ? gradient : buffers.Rent<T>(rows, shape.Width);
        using var biasSums = new ColumnSums(rows, shape.Width);
        Branch<T>.Backward(rows, shape.Width, Memory.Of(gradient), isSame ? null : Memory.Of<T>(flow), factors, tokens, biasSums);
        biasSums.AddTo(product.BiasGradient);
        return flow;
    }

    /// <summary>Gradient of what was normed before a product, <c>[R, D]</c>, from that of the product, which is not needed any more.</summary>
    private Tensor NormFlow<T>(Rows rows, Tensor gradient, BlockProduct product, Tensor x, Tensor statistics, BlockProduct norm, Tensor past)
        where T : unmanaged, IElement<T>
    {
        var normed = Times<T>(rows, gradient, product, shape.Width);
        var result = buffers.Rent<Float32Element>(rows, shape.Width);
        using var weightSums = new ColumnSums(rows, shape.Width);
        using var biasSums = new ColumnSums(rows, shape.Width);
        NormKernels.Backward(
            rows, shape.Width, Memory.Of<T>(normed), Memory.Of(x), Memory.Of(statistics), Memory.Of(norm.Weight), Memory.Of(past), Memory.Of(result),
            weightSums, biasSums);
        weightSums.AddTo(norm.WeightGradient);
        biasSums.AddTo(norm.BiasGradient);
        buffers.Return(gradient, normed);
        return result;
    }

    /// <summary>x·weightᵀ, <c>[R, inputs]</c> to <c>[R, outputs]</c>.</summary>
    private Tensor Product<T>(Rows rows, Tensor x, BlockProduct by, int outputs)
        where T : unmanaged, IElement<T> => buffers.Rent<T>(rows, outputs).addmm_(x, by.Weight.t(), 0, 1);

    /// <summary>Gradient of x from that of x·weightᵀ, <c>[R, outputs]</c> to <c>[R, inputs]</c>.</summary>
    private Tensor Times<T>(Rows rows, Tensor flow, BlockProduct by, int inputs)
        where T : unmanaged, IElement<T> => buffers.Rent<T>(rows, inputs).addmm_(flow, by.Weight, 0, 1);

    private static float* Keep(Tensor? keep, int branch, int batch) => keep is null ? null : Memory.Of(keep) + branch * batch;
}
