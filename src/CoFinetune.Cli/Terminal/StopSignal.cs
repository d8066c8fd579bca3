using System.Runtime.InteropServices;

namespace CoFinetune.Cli.Terminal;

/// <summary>
/// What SIGINT, SIGTERM, SIGHUP and SIGUSR1 do. Until work begins that is worth saving the first one ends the process at once, with a word;
/// from then on it is a request to leave in good order, and the second one ends the process.
/// </summary>
internal sealed partial class StopSignal : IDisposable
{
    private const int Usr1 = 10;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<string> _say;
    private volatile string? _reaction;
    private int _number;

    /// <summary>Listens from now on.</summary>
    /// <param name="say">Tells the user.</param>
    public StopSignal(Action<string> say)
    {
        _say = say;
        Listen(PosixSignal.SIGINT, 2, "SIGINT");
        Listen(PosixSignal.SIGTERM, 15, "SIGTERM");
        Listen(PosixSignal.SIGHUP, 1, "SIGHUP");
        if (!OperatingSystem.IsWindows()) Listen((PosixSignal)Usr1, Usr1, "SIGUSR1");
    }

    /// <summary>Cancelled by the first signal after <see cref="Begin"/>.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>The number of the first signal; 0 before it.</summary>
    public int Number => _number;

    /// <summary>128 + the signal's number; SIGUSR1, by which schedulers announce the end of a job, says «resumable» (75).</summary>
    public int ExitCode => _number == Usr1 ? ExitCodes.StoppedResumable : ExitCodes.OfSignal(_number);

    /// <summary>From now on a signal cancels <see cref="Token"/> instead of ending the process.</summary>
    /// <param name="reaction">What the command then does: <c>finishing the step and saving</c>.</param>
    /// <returns>The token.</returns>
    public CancellationToken Begin(string reaction)
    {
        _reaction = reaction;
        return Token;
    }

    /// <summary>Stops listening. A handler may still be running on another thread, so the token's source stays usable.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void Listen(PosixSignal signal, int number, string name) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (Interlocked.CompareExchange(ref _number, number, 0) != 0) End(ExitCodes.OfSignal(number));
            if (_reaction is not { } reaction)
            {
                _say($"{name}: stopped; there was nothing to save yet");
                End(ExitCode);
                return;
            }
            _say($"{name}: {reaction}; a second signal ends at once");
            _stop.Cancel();
        }));

    /// <summary>
    /// Ends the process here and now. An orderly exit would take libtorch's tables away from the thread that still computes with them, and
    /// end in a segmentation fault as often as not.
    /// </summary>
    private static void End(int code)
    {
        if (OperatingSystem.IsWindows()) Environment.Exit(code);
        else ExitNow(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void ExitNow(int code);
}
