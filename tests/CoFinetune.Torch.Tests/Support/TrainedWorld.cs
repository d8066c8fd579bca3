namespace CoFinetune.Torch.Tests.Support;

/// <summary>A small world and a run that learned a little of it; shared by a test class.</summary>
public sealed class TrainedWorld : IDisposable
{
    public TrainedWorld()
    {
        if (FfmpegFactAttribute.Reason is not null) return;
        var (code, _, error) = SmallWorld.Run("train", World.Config, "--run-dir", Run, "--quiet", "evaluate.every=null", "checkpoint.best=null", "optimizer.lr=0.02");
        if (code != 0) throw new InvalidOperationException(error);
    }

    /// <summary>The world.</summary>
    public SmallWorld World { get; } = new();

    /// <summary>The run directory.</summary>
    public string Run => World.At("trained");

    public void Dispose() => World.Dispose();
}
