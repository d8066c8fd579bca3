namespace CoFinetune.Data.Transforms;

/// <summary>Which part of a video a test looks at.</summary>
/// <param name="Clip">Which clip in time, from 0.</param>
/// <param name="Clips">Clips spread over the video; one is its middle.</param>
/// <param name="Crop">Which square along the long side, from 0: left or top first.</param>
/// <param name="Crops">Squares spread over the long side; one is its center.</param>
public readonly record struct TestView(int Clip, int Clips, int Crop, int Crops)
{
    /// <summary>The center square of the middle clip.</summary>
    public static TestView Center { get; } = new(0, 1, 0, 1);

    /// <summary>All clips and crops of a video, those of one clip together.</summary>
    public static IEnumerable<TestView> All(int clips, int crops) =>
        from clip in Enumerable.Range(0, clips)
        from crop in Enumerable.Range(0, crops)
        select new TestView(clip, clips, crop, crops);

    /// <summary>Where this view's square starts when <paramref name="room"/> pixels are left over along the long side.</summary>
    internal int StartOf(int room) => Crops == 1 ? room / 2 : (int)((long)room * Crop / (Crops - 1));
}
