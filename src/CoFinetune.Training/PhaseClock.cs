using TorchSharp;
using static TorchSharp.torch;

namespace CoFinetune.Training;

/// <summary>Measures the parts of steps; waits for the device after each, which training itself does not.</summary>
internal sealed class PhaseClock(TimeProvider time, Device device)
{
    private Dictionary<StepPhase, TimeSpan> _spent = [];
    private long _started;
    private long _since;

    /// <summary>Time spent in each part since the last <see cref="Start"/>.</summary>
    public IReadOnlyDictionary<StepPhase, TimeSpan> Spent => _spent;

    /// <summary>Time between the last <see cref="Start"/> and <see cref="Stop"/>.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>A step begins.</summary>
    public void Start()
    {
        _spent = Enum.GetValues<StepPhase>().ToDictionary(phase => phase, _ => TimeSpan.Zero);
        Synchronise(device);
        _since = _started = time.GetTimestamp();
    }

    /// <summary>The step has ended.</summary>
    public void Stop()
    {
        Synchronise(device);
        Elapsed = time.GetElapsedTime(_started);
    }

    /// <summary>What was done since the last lap was <paramref name="phase"/>.</summary>
    public void Lap(StepPhase phase)
    {
        Synchronise(device);
        var now = time.GetTimestamp();
        _spent[phase] += time.GetElapsedTime(_since, now);
        _since = now;
    }

    /// <summary>Waits until the device has done what it was given.</summary>
    public static void Synchronise(Device device)
    {
        if (device.type == DeviceType.CUDA) cuda.synchronize();
    }
}
