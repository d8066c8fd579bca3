using System.Runtime.InteropServices;

namespace CoFinetune.Cli.Terminal;

/// <summary>
/// A command that a sweep started. It stands in a process group of its own, so that Ctrl-C reaches it once, through the sweep; and when the sweep
/// is gone, which the end of its input tells, it saves and leaves, as on SIGUSR1.
/// </summary>
internal static partial class JobOfSweep
{
    /// <summary>The variable by which a sweep tells a command what it is.</summary>
    public const string Variable = "COFINETUNE_SWEEP_JOB";

    private const int Usr1 = 10;

    /// <summary>Sets this process up if a sweep started it.</summary>
    public static void Join()
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable(Variable) is null) return;
        Environment.SetEnvironmentVariable(Variable, null);
        _ = SetProcessGroup(0, 0);
        new Thread(WatchInput) { IsBackground = true, Name = "sweep" }.Start();
    }

    /// <summary>Sends a signal to a process; one that is gone is none the worse.</summary>
    /// <param name="process">Its id.</param>
    /// <param name="number">The signal's number.</param>
    public static void Signal(int process, int number) => _ = Kill(process, number);

    private static void WatchInput()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }
        Signal(Environment.ProcessId, Usr1);
    }

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetProcessGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
