using System.Runtime.InteropServices;

namespace CoFinetune.Training;

/// <summary>What a run was made with, for <c>env.json</c>.</summary>
public static class MachineRecord
{
    /// <summary>Versions, device and machine by name.</summary>
    public static IReadOnlyDictionary<string, string> Take(LoadedRun run) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["cofinetune"] = typeof(LoadedRun).Assembly.GetName().Version!.ToString(3),
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["torchsharp"] = typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(),
        ["os"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["cores"] = Environment.ProcessorCount.ToString(),
        ["machine"] = Environment.MachineName,
        ["device"] = run.DeviceName,
    };
}
