using System.Runtime.InteropServices;
using CoFinetune.Models.Native;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>
/// A device in host memory that works off its two queues in any order that the events allow: at each moment the generator says which goes on. What is
/// not waited for happens too early or too late sooner or later.
/// </summary>
internal sealed class SimulatedDevice(Random random) : IDeviceCopies
{
    private readonly Lane _compute = new();
    private readonly Lane _copies = new();
    private readonly HashSet<nint> _memory = [];

    /// <summary>Copies made so far.</summary>
    public int Copies { get; private set; }

    /// <summary>Gives the device something to compute.</summary>
    public void Compute(Action work) => _compute.Add(work);

    /// <summary>Lets some time pass: so many pieces of work, if there are.</summary>
    public void Pass(int pieces)
    {
        while (pieces-- > 0 && Advance())
        {
        }
    }

    /// <summary>Lets everything be done.</summary>
    public void Finish()
    {
        while (Advance())
        {
        }
    }

    /// <inheritdoc/>
    public nint AllocateHost(int bytes)
    {
        var memory = Marshal.AllocHGlobal(bytes);
        _memory.Add(memory);
        return memory;
    }

    /// <inheritdoc/>
    public void FreeHost(nint memory)
    {
        Assert.True(_memory.Remove(memory));
        Marshal.FreeHGlobal(memory);
    }

    /// <inheritdoc/>
    public void Copy(nint from, Tensor to, int bytes)
    {
        var target = to.alias().DetachFromDisposeScope();
        _copies.Add(() =>
        {
            var source = new byte[bytes];
            Marshal.Copy(from, source, 0, bytes);
            source.CopyTo(target.bytes);
            target.Dispose();
            Copies++;
        });
    }

    /// <inheritdoc/>
    public IDeviceEvent NewEvent() => new Event(this);

    /// <inheritdoc/>
    public void Dispose() => Assert.Empty(_memory);

    private bool Advance()
    {
        Lane[] ready = [.. new[] { _compute, _copies }.Where(lane => lane.IsReady)];
        if (ready.Length == 0) return false;
        ready[random.Next(ready.Length)].Do();
        return true;
    }

    /// <summary>Work in its order; an event that holds it stands in it as work too.</summary>
    private sealed class Lane
    {
        private readonly Queue<(Func<bool> May, Action Work)> _work = [];
        private int _done;

        public bool IsReady => _work.TryPeek(out var next) && next.May();

        public void Add(Action work) => _work.Enqueue((() => true, work));

        public void Hold(Func<bool> may) => _work.Enqueue((may, () => { }));

        /// <summary>Whether all is done that was given so far.</summary>
        public Func<bool> Mark()
        {
            var goal = _done + _work.Count;
            return () => _done >= goal;
        }

        public void Do()
        {
            _work.Dequeue().Work();
            _done++;
        }
    }

    private sealed class Event(SimulatedDevice device) : IDeviceEvent
    {
        private Func<bool> _happened = () => true;

        public void PutAfterCompute() => _happened = device._compute.Mark();

        public void PutAfterCopies() => _happened = device._copies.Mark();

        public void HoldCompute() => device._compute.Hold(_happened);

        public void HoldCopies() => device._copies.Hold(_happened);

        public void Wait()
        {
            while (!_happened()) Assert.True(device.Advance(), "the device waits for itself");
        }

        public void Dispose()
        {
        }
    }
}
