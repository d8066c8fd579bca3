using CoFinetune.Data;

namespace CoFinetune.Tests.Data.Loading;

/// <summary>A dataset of given entries.</summary>
internal sealed record FakeConfig : DatasetConfig
{
    public ClipTask Asks { get; init; }

    public IReadOnlyList<ClipItem> Items { get; init; } = [];

    public override ClipTask Task => Asks;

    public override LabelMap ReadLabels(string root) => new Dataset(Asks, Items).Labels;

    public override IClipDataset Open(DataSplit split, string root) => new Dataset(Asks, Items);

    private sealed record Dataset(ClipTask Task, IReadOnlyList<ClipItem> Items) : IClipDataset
    {
        public LabelMap Labels { get; } = new([(0, "a"), (1, "b")]);
    }
}
