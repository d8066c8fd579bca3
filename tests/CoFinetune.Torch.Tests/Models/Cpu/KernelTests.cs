using CoFinetune.Models.Cpu;
using CoFinetune.Torch.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Models.Cpu;

/// <summary>The CPU's kernels at the ends of their range, against float64.</summary>
public unsafe class KernelTests
{
    [FusedTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gelu_and_its_slope_are_right_everywhere(bool erf)
    {
        const int Count = 4096;
        var x = new float[Count];
        for (var i = 0; i < Count; i++) x[i] = (i - Count / 2) * (i < 64 || i >= Count - 64 ? 1e4f : 0.006f);
        var (y, slope, bias) = (new float[Count], new float[Count], new float[Count]);
        fixed (float* from = x, result = y, slopes = slope, zeros = bias)
        {
            if (erf) GeluKernels.Erf(Count, from, zeros, (Float32Element*)result, (Float32Element*)slopes);
            else GeluKernels.Tanh(Count, from, zeros, (Float32Element*)result, (Float32Element*)slopes);
        }
        using var scope = NewDisposeScope();
        var exact = tensor(x).to(float64).requires_grad_();
        var expected = nn.functional.gelu(exact, erf ? TorchSharp.Modules.GELU.Approximate.none : TorchSharp.Modules.GELU.Approximate.tanh);
        expected.sum().backward();
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(expected[i].item<double>(), y[i], 1e-6 * Math.Max(1, Math.Abs(x[i])));
            Assert.Equal(exact.grad![i].item<double>(), slope[i], 3e-6);
        }
    }

    [FusedTheory]
    [InlineData(1, 1, 1, 2)]
    [InlineData(2, 15, 3, 6)]
    [InlineData(1, 64, 2, 16)]
    [InlineData(1, 65, 2, 18)]
    [InlineData(3, 130, 1, 64)]
    [InlineData(1, 257, 2, 80)]
    public void Attention_is_that_of_plain_operations_in_any_size(int batch, int tokens, int heads, int depth)
    {
        using var scope = NewDisposeScope();
        manual_seed(batch + tokens);
        // Scores of some hundreds: no weight over- or underflows on the way.
        var projected = randn([batch, tokens, 3, heads, depth]) * 6;
        var flow = randn(batch, tokens, heads, depth);
        var leaf = projected.to(float64).requires_grad_();
        var parts = leaf.permute(2, 0, 3, 1, 4).unbind(0);
        var expected = parts[0].mul(Math.Pow(depth, -0.5)).matmul(parts[1].transpose(2, 3)).softmax(-1).matmul(parts[2]).transpose(1, 2);
        expected.backward([flow.to(float64)]);
        Check<Float32Element, Float32Element>(2e-5);
        Check<BFloat16Element, Float32Element>(0.2);                           // of scores of hundreds in three digits
        if (TileProducts.TakeBFloat16) Check<BFloat16Element, BFloat16Element>(0.2);

        void Check<T, TFactor>(double tolerance)
            where T : unmanaged, IElement<T>
            where TFactor : unmanaged, IElement<TFactor>
        {
            var (from, mixed, gradient) = (projected.to(T.Type), empty(batch, tokens, heads, depth, dtype: T.Type), flow.to(T.Type));
            var shape = new AttentionShape(batch, tokens, heads, depth);
            var (logSums, gradients, biasGradients) = (empty(batch, heads, tokens), empty_like(from), zeros([batch, shape.Parts, 3, heads, depth]));
            AttentionForward.Run<T, TFactor>(shape, Memory.Of<T>(from), Memory.Of<T>(mixed), Memory.Of(logSums));
            AttentionBackward.Run<T, TFactor>(
                shape, Memory.Of<T>(from), Memory.Of<T>(mixed), Memory.Of(logSums), Memory.Of<T>(gradient), Memory.Of<T>(gradients), Memory.Of(biasGradients));
            TensorAssert.Close(expected, mixed, tolerance, $"{T.Type} by {TFactor.Type}");
            TensorAssert.Close(leaf.grad!, gradients, tolerance, $"gradients in {T.Type} by {TFactor.Type}");
            TensorAssert.Close(gradients.to(float32).sum([1L]), biasGradients.sum([1L]), tolerance, $"sums in {T.Type} by {TFactor.Type}");
        }
    }

    /// <summary>With few heads for the threads a head is cut, which changes nothing but the order of sums.</summary>
    [FusedTheory]
    [InlineData(1, 500, 1, 32, 8)]
    [InlineData(1, 130, 3, 18, 16)]
    [InlineData(2, 393, 3, 64, 5)]
    public void Attention_of_few_heads_on_many_threads_is_the_same(int batch, int tokens, int heads, int depth, int threads)
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(threads);
            Assert.True(new AttentionShape(batch, tokens, heads, depth).Parts > 1);
            Assert.Equal(1, new AttentionShape(4 * threads, tokens, heads, depth).Parts);
            Attention_is_that_of_plain_operations_in_any_size(batch, tokens, heads, depth);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [FusedTheory]
    [InlineData(1, 16, 16)]
    [InlineData(37, 80, 48)]
    [InlineData(130, 528, 208)]
    [InlineData(700, 96, 64)]
    public void Products_are_those_of_libtorch_in_any_size(int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        manual_seed(rows);
        var (x, weight, flow) = (randn(rows, inputs), randn(outputs, inputs), randn(rows, outputs));
        Check<Float32Element, Float32Element>(1e-5);
        Check<BFloat16Element, Float32Element>(1e-2);
        if (TileProducts.TakeBFloat16) Check<BFloat16Element, BFloat16Element>(1e-2);

        void Check<T, TFactor>(double tolerance)
            where T : unmanaged, IElement<T>
            where TFactor : unmanaged, IElement<TFactor>
        {
            var (xs, flows, panels) = (x.to(T.Type), flow.to(T.Type), empty(outputs, inputs, dtype: TFactor.Type));
            var (y, back, gradient) = (empty(rows, outputs, dtype: T.Type), empty(rows, inputs, dtype: T.Type), ones(outputs, inputs));
            Products.PackTransposed(Memory.Of(weight), outputs, inputs, Memory.Of<TFactor>(panels));
            Products.Run(rows, inputs, outputs, Memory.Of<T>(xs), Memory.Of<TFactor>(panels), new StoreEpilogue<T>(null, Memory.Of<T>(y), outputs));
            Products.PackPlain(Memory.Of(weight), outputs, inputs, Memory.Of<TFactor>(panels));
            Products.Run(rows, outputs, inputs, Memory.Of<T>(flows), Memory.Of<TFactor>(panels), new StoreEpilogue<T>(null, Memory.Of<T>(back), inputs));
            WeightGradients.Add<T, TFactor>(rows, outputs, inputs, Memory.Of<T>(flows), Memory.Of<T>(xs), Memory.Of(gradient));
            TensorAssert.Close(x.mm(weight.t()), y, tolerance, $"{T.Type} by {TFactor.Type}");
            TensorAssert.Close(flow.mm(weight), back, tolerance, $"backward in {T.Type} by {TFactor.Type}");
            TensorAssert.Close(flow.t().mm(x) + 1, gradient, tolerance, $"weights in {T.Type} by {TFactor.Type}");
        }
    }

    [FusedTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Work_in_pieces_is_done_once_each_and_its_failure_comes_out(int pieces)
    {
        var done = new int[pieces];
        Team.Run(pieces, piece => Interlocked.Increment(ref done[piece]));
        Assert.All(done, times => Assert.Equal(1, times));
        var failure = Assert.Throws<InvalidOperationException>(() => Team.Run(pieces, _ => throw new FormatException("a piece")));
        Assert.Equal("a piece", failure.InnerException!.Message);
    }
}
