using System.Diagnostics;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>What bash makes of a line.</summary>
internal static class Shell
{
    private const string Program = "/bin/bash";

    /// <summary>The words of a line as a command would get them; null where there is no bash.</summary>
    public static string[]? Words(string line)
    {
        if (!File.Exists(Program)) return null;
        using var shell = Process.Start(new ProcessStartInfo(Program, ["-c", $"printf '%s\\0' {line}"]) { RedirectStandardOutput = true })!;
        return shell.StandardOutput.ReadToEnd().TrimEnd('\0').Split('\0');
    }
}
