using System.Runtime.InteropServices;

namespace CoFinetune.Cli.Terminal;

/// <summary>
/// Turns the first SIGINT, SIGTERM, SIGHUP or SIGUSR1 into a request to finish the step, save and leave;
/// the second one ends the process at once.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private const int Usr1 = 10;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<string> _say;
    private readonly string _reaction;
    private int _number;

    /// <param name="say">Tells the user.</param>
    /// <param name="reaction">What happens now: <c>finishing the step and saving</c>.</param>
    public StopSignal(Action<string> say, string reaction)
    {
        _say = say;
        _reaction = reaction;
        Listen(PosixSignal.SIGINT, 2, "SIGINT");
        Listen(PosixSignal.SIGTERM, 15, "SIGTERM");
        Listen(PosixSignal.SIGHUP, 1, "SIGHUP");
        if (!OperatingSystem.IsWindows()) Listen((PosixSignal)Usr1, Usr1, "SIGUSR1");
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>128 + the signal's number; SIGUSR1, by which schedulers announce the end of a job, says «resumable» (75).</summary>
    public int ExitCode => _number == Usr1 ? ExitCodes.StoppedResumable : ExitCodes.OfSignal(_number);

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void Listen(PosixSignal signal, int number, string name) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (Interlocked.CompareExchange(ref _number, number, 0) != 0) Environment.Exit(ExitCodes.OfSignal(number));
            _say($"{name}: {_reaction}; a second signal ends at once");
            _stop.Cancel();
        }));
}
