using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using static TorchSharp.torch;

namespace CoFinetune.Models.Native;

/// <summary>
/// Which library multiplies float32 matrices on the CPU. libtorch's MKL takes its AVX2 path on every AMD processor; oneDNN, which libtorch also
/// carries, uses AVX-512 there and is up to twice as fast. libtorch calls it for float32 only where lower precision is allowed, of which oneDNN makes
/// no use without AMX; that is checked, not trusted.
/// </summary>
public static unsafe class MatrixProducts
{
    // Values of at::Float32Backend, at::Float32Op and at::Float32Precision.
    private const int OneDnn = 2;
    private const int Products = 3;
    private const int Ieee = 1;
    private const int LowerAllowed = 3;

    private const string Setter = "_ZN2at7Context19setFloat32PrecisionENS_14Float32BackendENS_9Float32OpENS_16Float32PrecisionE";

    private static readonly Lazy<bool> Chosen = new(Choose);

    /// <summary>Its name.</summary>
    public static string Library => ByOneDnn ? "oneDNN" : "libtorch's choice";

    /// <summary>Whether oneDNN is used; chosen when first asked for, after libtorch is loaded.</summary>
    internal static bool ByOneDnn => Chosen.Value;

    private static bool Choose()
    {
        if (!Avx512F.IsSupported || Vendor() != "AuthenticAMD") return false;
        // libtorch's older and newer settings of precision exclude each other in places, and beside a GPU the CPU's products do not matter.
        if (cuda.is_available()) return false;
        if (!Libtorch.TryFindContext(out var context) || !Libtorch.TryFind(Setter, out var set)) return false;
        var setPrecision = (delegate* unmanaged[Cdecl]<nint, int, int, int, void>)set;
        setPrecision(context, OneDnn, Products, LowerAllowed);
        if (IsFloat32()) return true;
        setPrecision(context, OneDnn, Products, Ieee);
        return false;
    }

    /// <summary>Whether a product keeps all bits: bfloat16 would be off by 1e-3 here.</summary>
    private static bool IsFloat32()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        var (a, b) = (rand([96, 64], float32, generator: generator), rand([64, 80], float32, generator: generator));
        var exact = a.to(float64).matmul(b.to(float64));
        return (a.matmul(b).to(float64) - exact).abs().max().item<double>() < 1e-4;
    }

    private static string Vendor()
    {
        if (!X86Base.IsSupported) return "";
        var (_, b, c, d) = X86Base.CpuId(0, 0);
        Span<int> registers = [b, d, c];
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(registers));
    }
}
