using CoFinetune.Data.Loading;

namespace CoFinetune.Training;

/// <summary>Times steps: how long each took, and how much of that was waiting for clips.</summary>
internal sealed class StepClock(TimeProvider time, BatchLoader loader)
{
    private long _started;
    private TimeSpan _waited;

    /// <summary>A step begins.</summary>
    public void Start()
    {
        _started = time.GetTimestamp();
        _waited = loader.Statistics.Waited;
    }

    /// <summary>The step is done: adds its times.</summary>
    public StepReport Stamp(StepReport report) => report with
    {
        Seconds = time.GetElapsedTime(_started).TotalSeconds,
        WaitSeconds = (loader.Statistics.Waited - _waited).TotalSeconds,
    };
}
