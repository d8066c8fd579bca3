namespace CoFinetune.Data.Video.Native;

/// <summary>Makes the index of a file from all its packets, without decoding them.</summary>
internal static class FrameScan
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="between">Called between packets; throws to give up.</param>
    /// <exception cref="DataException">It is missing, no video, or broken.</exception>
    /// <exception cref="LibavMissingException">This machine has no FFmpeg libraries.</exception>
    public static FrameIndex Of(string path, Action between)
    {
        using var file = VideoFile.Open(LibavLibraries.Newest, path, analyse: true);
        var times = new List<long>();
        var keys = new List<(long Time, long DecodingTime)>();
        var packets = 0L;
        while (file.Read())
        {
            between();
            packets++;
            if (!file.IsHidden) times.Add(file.Time);
            if (file.IsKey) keys.Add((file.Time, file.DecodingTime));
        }
        var rate = file.FrameRate;
        if (times.Count == 0 || rate <= 0 || !double.IsFinite(rate)) throw file.Broken("holds no video", 0);
        var (width, height) = file.Orientation.Transposed ? (file.Height, file.Width) : (file.Width, file.Height);
        if (width <= 0 || height <= 0 || (long)width * height > VideoLimits.Pixels)
            throw file.Broken($"a picture of {width} x {height} is not of 1 to {VideoLimits.Pixels} pixels", 0);
        var missing = file.AnnouncedFrames - packets;
        if (missing > VideoLimits.MissingFrames(times.Count)) throw file.Broken($"ends after {times.Count} of its {times.Count + missing} frames", 0);

        var info = new VideoInfo(width, height, rate, times.Count);
        times.Sort();
        keys.Sort();
        var distinct = times[0] != VideoFile.NoTime && times.Zip(times.Skip(1)).All(pair => pair.First < pair.Second);
        return file.TimesAreExact && distinct ? FrameIndex.OfTimes(info, [.. times], [.. keys.Distinct()]) : FrameIndex.OfCount(info);
    }
}
