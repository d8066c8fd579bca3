using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Models.Native;

/// <summary>
/// Optimizer steps that libtorch makes in one pass over the memory, on the CPU and on CUDA, and that TorchSharp has no call for. They are reached
/// through libtorch's stable C interface (torch 2.10 and newer), by the names of its operators.
/// </summary>
public static unsafe class FusedOperators
{
    private const ulong AbiVersion = (2ul << 56) | (10ul << 48);

    private static readonly Lazy<Dispatcher> Torch = new(() => new Dispatcher());

    /// <summary><c>aten::_fused_adamw_</c>: v·(1 - rate·decay), both moments, and the bias-corrected update, in place.</summary>
    /// <param name="values">Parameters <c>[n]</c>, float32 or float64.</param>
    /// <param name="gradients">Their gradients; divided by <paramref name="gradientScale"/> in place where it is given.</param>
    /// <param name="first">First moments.</param>
    /// <param name="second">Second moments.</param>
    /// <param name="step">Number of this step, from 1: float32 of no dimension, on the device.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="betas">Decay of the moments.</param>
    /// <param name="decay">Weight decay.</param>
    /// <param name="eps">Added to the root of the second moment.</param>
    /// <param name="gradientScale">What gradients are divided by: float32 of no dimension; null for 1.</param>
    public static void AdamWStep(
        Tensor values, Tensor gradients, Tensor first, Tensor second, Tensor step,
        double rate, (double First, double Second) betas, double decay, double eps, Tensor? gradientScale)
    {
        var torch = Torch.Value;
        torch.Call(
            "aten::_fused_adamw_",
            torch.List(values), torch.List(gradients), torch.List(first), torch.List(second), torch.List(), torch.List(step),
            Slot(rate), Slot(betas.First), Slot(betas.Second), Slot(decay), Slot(eps), Slot(false), Slot(false),
            torch.Optional(gradientScale), 0);
    }

    /// <summary><c>aten::_fused_sgd_</c>: g += decay·v, m = momentum·m + g, v -= rate·m or rate·(g + momentum·m), in place.</summary>
    /// <param name="values">Parameters <c>[n]</c>, float32 or float64.</param>
    /// <param name="gradients">Their gradients; divided by <paramref name="gradientScale"/> in place where it is given.</param>
    /// <param name="momenta">Momentum; null without.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="momentum">Share of the momentum that is kept.</param>
    /// <param name="decay">Weight decay.</param>
    /// <param name="nesterov">Looks ahead along the momentum.</param>
    /// <param name="gradientScale">What gradients are divided by: float32 of no dimension; null for 1.</param>
    public static void SgdStep(
        Tensor values, Tensor gradients, Tensor? momenta, double rate, double momentum, double decay, bool nesterov, Tensor? gradientScale)
    {
        var torch = Torch.Value;
        torch.Call(
            "aten::_fused_sgd_",
            torch.List(values), torch.List(gradients), momenta is null ? torch.List() : torch.List(momenta),
            Slot(decay), Slot(momentum), Slot(rate), Slot(0.0), Slot(nesterov), Slot(false), Slot(false), torch.Optional(gradientScale), 0);
    }

    private static ulong Slot(double value) => BitConverter.DoubleToUInt64Bits(value);

    private static ulong Slot(bool value) => value ? 1ul : 0;

    /// <summary>The functions of <c>torch/csrc/stable/c/shim.h</c>. What goes onto the stack is freed by the operator.</summary>
    private sealed class Dispatcher
    {
        private readonly delegate* unmanaged[Cdecl]<byte*, byte*, ulong*, ulong, int> _call;
        private readonly delegate* unmanaged[Cdecl]<nint, nint*, int> _newTensor;
        private readonly delegate* unmanaged[Cdecl]<nuint, nint*, int> _newList;
        private readonly delegate* unmanaged[Cdecl]<nint, ulong, int> _push;

        public Dispatcher()
        {
            NativeTorch.Load();
            var library = NativeLibrary.Load("torch_cpu", typeof(torch).Assembly, null);
            _call = (delegate* unmanaged[Cdecl]<byte*, byte*, ulong*, ulong, int>)NativeLibrary.GetExport(library, "torch_call_dispatcher");
            _newTensor = (delegate* unmanaged[Cdecl]<nint, nint*, int>)NativeLibrary.GetExport(library, "aoti_torch_new_tensor_handle");
            _newList = (delegate* unmanaged[Cdecl]<nuint, nint*, int>)NativeLibrary.GetExport(library, "torch_new_list_reserve_size");
            _push = (delegate* unmanaged[Cdecl]<nint, ulong, int>)NativeLibrary.GetExport(library, "torch_list_push_back");
        }

        public void Call(string name, params ReadOnlySpan<ulong> stack)
        {
            var slots = stackalloc ulong[stack.Length];
            stack.CopyTo(new Span<ulong>(slots, stack.Length));
            var operation = Marshal.StringToCoTaskMemUTF8(name);
            byte overload = 0;
            try
            {
                if (_call((byte*)operation, &overload, slots, AbiVersion) != 0)
                    throw new InvalidOperationException($"{name} failed; libtorch says why above");
            }
            finally
            {
                Marshal.FreeCoTaskMem(operation);
            }
        }

        /// <summary>A list of no or one tensor.</summary>
        public ulong List(Tensor? tensor = null)
        {
            nint list;
            Require(_newList(tensor is null ? 0u : 1u, &list));
            if (tensor is not null) Require(_push(list, Handle(tensor)));
            return (ulong)list;
        }

        /// <summary>A tensor or none: a pointer to a slot of its own.</summary>
        public ulong Optional(Tensor? tensor)
        {
            if (tensor is null) return 0;
            var slot = (ulong*)NativeMemory.Alloc(sizeof(ulong));
            *slot = Handle(tensor);
            return (ulong)slot;
        }

        private ulong Handle(Tensor tensor)
        {
            nint handle;
            Require(_newTensor(tensor.Handle, &handle));
            return (ulong)handle;
        }

        private static void Require(int error)
        {
            if (error != 0) throw new InvalidOperationException("libtorch refuses a tensor; it says why above");
        }
    }
}
