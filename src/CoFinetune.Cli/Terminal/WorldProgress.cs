using CoFinetune.Data.Synthetic;

namespace CoFinetune.Cli.Terminal;

/// <summary>Shows how far the writing of a synthetic world is; reported to by several threads.</summary>
internal sealed class WorldProgress(ProgressLine line) : IProgress<SyntheticWorldProgress>
{
    private readonly Lock _gate = new();

    public void Report(SyntheticWorldProgress value)
    {
        lock (_gate) line.Show(value.Done, value.Total, () => $"{value.Done}/{value.Total} videos");
    }
}
