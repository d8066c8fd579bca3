using System.Runtime.InteropServices;
using CoFinetune.Models.Layers;
using CoFinetune.Models.Native;
using TorchSharp;

namespace CoFinetune.Training;

/// <summary>What a run was made with, for <c>env.json</c>.</summary>
public static class MachineRecord
{
    private const string NvidiaDriver = "/proc/driver/nvidia/version";
    private const string NvidiaGpus = "/proc/driver/nvidia/gpus";

    /// <summary>Versions, device, arithmetic and machine by name; without what is not known, and what is not there.</summary>
    public static IReadOnlyDictionary<string, string> Take(LoadedRun run)
    {
        var facts = new Dictionary<string, string?>
        {
            ["cofinetune"] = typeof(LoadedRun).Assembly.GetName().Version!.ToString(3),
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["torchsharp"] = typeof(torch).Assembly.GetName().Version!.ToString(),
            ["libtorch"] = Libtorch.Version,
            ["float32_products"] = MatrixProducts.Library,
            ["bf16_products"] = run.Config.Precision == Precision.Bf16 && run.IsOnCpu ? Precision.Bf16.FactorsOn(DeviceType.CPU).ToString().ToLowerInvariant() : null,
            ["libtorch_folder"] = NativeTorch.Load().Folder,
            ["os"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["cores"] = Environment.ProcessorCount.ToString(),
            ["machine"] = Environment.MachineName,
            ["device"] = run.DeviceName,
            ["gpu"] = Line(Directory.Exists(NvidiaGpus) ? Directory.GetDirectories(NvidiaGpus).Order(StringComparer.Ordinal).Select(gpu => Path.Combine(gpu, "information")).FirstOrDefault() : null, "Model:"),
            ["gpu_driver"] = Line(NvidiaDriver, "NVRM version:"),
            ["cuda"] = CudaRuntime.Version,
            ["cuda_of_driver"] = CudaRuntime.DriverVersion,
            ["precision"] = run.Config.Precision.ToString().ToLowerInvariant(),
            ["tf32"] = run.Config.Tf32 ? "allowed" : "off",
            ["deterministic"] = run.Config.Deterministic ? "on" : "off",
            ["decoder"] = run.DecoderName,
        };
        return new SortedDictionary<string, string>(facts.Where(fact => fact.Value is not null).ToDictionary(fact => fact.Key, fact => fact.Value!), StringComparer.Ordinal);
    }

    /// <summary>The rest of the first line that begins so; null where there is none.</summary>
    private static string? Line(string? file, string start)
    {
        try
        {
            return File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?[start.Length..].Trim() : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
