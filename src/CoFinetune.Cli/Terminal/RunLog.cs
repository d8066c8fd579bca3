using System.Globalization;
using CoFinetune.Training.Tracking;
using Serilog;
using Serilog.Core;

namespace CoFinetune.Cli.Terminal;

/// <summary>The <c>log.txt</c> of a run: what was said on the terminal, with the time, and how the run failed if it did.</summary>
internal sealed class RunLog : IDisposable
{
    private const string Line = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    private readonly Logger _logger;

    /// <summary>Opens the log of a run for appending; every line reaches the file at once.</summary>
    public RunLog(RunDirectory directory) => _logger = new LoggerConfiguration()
        .WriteTo.File(directory.LogFile, outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture)
        .CreateLogger();

    /// <summary>Records what was said.</summary>
    public void Say(string message) => _logger.Information("{Message:l}", message);

    /// <summary>Records a failure on its way up and never handles it: an exception filter.</summary>
    public bool Fail(Exception failure)
    {
        _logger.Error(failure, "the run failed");
        return false;
    }

    /// <summary>Closes the file. A disk too full for the last line must not stand in for what the run itself has to say.</summary>
    public void Dispose()
    {
        try
        {
            _logger.Dispose();
        }
        catch (IOException)
        {
            // The run's own failure to save names the full disk.
        }
    }
}
