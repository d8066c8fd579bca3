using System.Globalization;
using CoFinetune.Training.Tracking;
using Serilog;
using Serilog.Core;

namespace CoFinetune.Cli.Terminal;

/// <summary>The <c>log.txt</c> of a run: what was said on the terminal, with the time, and how the run failed if it did.</summary>
internal static class RunLog
{
    private const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Opens the log of a run for appending; every line reaches the file at once.</summary>
    public static Logger Open(RunDirectory directory) => new LoggerConfiguration()
        .WriteTo.File(Path.Combine(directory.Path, "log.txt"), outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture)
        .CreateLogger();
}
