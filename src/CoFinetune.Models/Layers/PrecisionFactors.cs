using CoFinetune.Models.Cpu;
using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Models.Layers;

/// <summary>What a precision means on a device.</summary>
public static class PrecisionFactors
{
    /// <summary>The numbers that libtorch's matrix products take; <see cref="Precision.Bf16"/> is float32 on a CPU that multiplies it faster.</summary>
    public static ScalarType FactorsOn(this Precision precision, DeviceType device) =>
        precision == Precision.Fp32 || (device == DeviceType.CPU && BFloat16Products.AreFloat32) ? ScalarType.Float32 : ScalarType.BFloat16;
}
