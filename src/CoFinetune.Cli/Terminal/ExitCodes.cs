namespace CoFinetune.Cli.Terminal;

/// <summary>The exit codes of every command; documented in <c>cofinetune --help</c>.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failure = 1;
    public const int Usage = 2;
    public const int Config = 3;
    public const int Data = 4;
    public const int Checkpoint = 5;
    public const int Memory = 6;
    public const int Diverged = 7;
    public const int SweepJobs = 8;
    public const int GateNotMet = 9;
    public const int Internal = 70;
    public const int StoppedResumable = 75;

    /// <summary>The code of a command that ended because of signal <paramref name="number"/>.</summary>
    public static int OfSignal(int number) => 128 + number;
}
