namespace CoFinetune.Models.Native;

/// <summary>A moment in what a device does, by which its copies and its computing wait for each other; it can be used again and again.</summary>
public interface IDeviceEvent : IDisposable
{
    /// <summary>From now on: the moment when the device has computed all that it was given so far.</summary>
    void PutAfterCompute();

    /// <summary>From now on: the moment when all copies queued so far are made.</summary>
    void PutAfterCopies();

    /// <summary>What the device is given to compute from here on waits for the event.</summary>
    void HoldCompute();

    /// <summary>Copies queued from here on wait for the event.</summary>
    void HoldCopies();

    /// <summary>Waits for the event.</summary>
    void Wait();
}
