using System.Text;

namespace CoFinetune.Torch.Tests.Models.Weights.HandMade;

/// <summary>Files of numpy arrays.</summary>
internal static class NpyBytes
{
    /// <summary>A file of format version 1.0.</summary>
    public static byte[] Of(string header, params byte[] data) => [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. data];

    public static byte[] Floats(string shape, params float[] values) => Of($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n", PickleBytes.Floats(values));
}
