using System.Globalization;
using CoFinetune.Data;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Programs;
using CoFinetune.Training.Prediction;

namespace CoFinetune.Cli.Pictures;

/// <summary>Shows a video with what was predicted in it: a copy of it as mp4, and stills of its seconds.</summary>
/// <param name="video">The video.</param>
/// <param name="frameRate">Frames per second that the model reckons with.</param>
/// <param name="heads">What was predicted.</param>
/// <param name="decoder">Decodes the stills.</param>
internal sealed class Overlay(PredictionVideo video, double frameRate, IReadOnlyList<VideoPrediction> heads, IVideoDecoder decoder)
{
    // A prediction holds for the second around its keyframe.
    private const double Hold = 0.5;
    private const double FineStep = 0.1;
    private const int SmallestStill = 240;                     // stills of smaller videos are enlarged, that words fit in

    /// <summary>What the user should know of the stills; null when nothing.</summary>
    public string? StillsNote { get; private set; }

    /// <summary>Sees to it, before the work, that the folder can be written to.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public static void Require(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"--overlay {folder}: cannot be written to: {cause.Message}", cause);
        }
    }

    /// <summary>Writes <c>NAME.mp4</c> and <c>NAME/SECONDS.png</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="most">Most stills, spread over the video.</param>
    /// <param name="progress">Told what is done, how much there is, and what it is.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The files.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="DataException">A frame cannot be decoded.</exception>
    public IReadOnlyList<string> Write(string folder, int most, Action<int, int, string> progress, CancellationToken stop)
    {
        var film = Path.Combine(folder, $"{video.Name}.mp4");
        if (Path.GetFullPath(film) == video.Path) throw new IOException($"{film}: the overlay would take the place of the video itself; name another folder");
        WriteFilm(film, progress, stop);
        return [film, .. WriteStills(Path.Combine(folder, video.Name), most, progress, stop)];
    }

    private void WriteFilm(string file, Action<int, int, string> progress, CancellationToken stop)
    {
        var encoder = new OverlayEncoder(video.Path, frameRate, stop);
        var length = encoder.FrameTimes is { } times ? times[^1] + 1 / frameRate : video.Info.FrameCount / frameRate;
        // Whole seconds make one sheet a second; anything else changes sheets wherever a tenth of a second begins.
        var whole = encoder.FrameTimes is null && Moments().All(moment => moment.Seconds is not { } seconds || seconds == Math.Floor(seconds));
        var (start, step) = whole ? (-Hold, 2 * Hold) : (0, FineStep);
        var count = (int)Math.Ceiling((length - start) / step) + 1;
        var sheet = Picture.Clear(video.Info.Width, video.Info.Height);
        var pixels = new byte[video.Info.Width * video.Info.Height * 4];
        encoder.Write(file, video.Info.Width, video.Info.Height, start, step, Sheets(), stop);

        IEnumerable<byte[]> Sheets()
        {
            IReadOnlyList<(string?, PredictedSubject)>? drawn = null;
            for (var i = 0; i < count; i++)
            {
                progress(i, count, "drawing");
                var shown = ShownAt(Reckoned(start + (i + 0.5) * step, encoder.FrameTimes));
                if (drawn is null || !shown.SequenceEqual(drawn))
                {
                    PredictionSheet.Draw(sheet, shown);
                    Pack(sheet, pixels);
                    drawn = shown;
                }
                yield return pixels;
            }
        }
    }

    /// <summary>The time that the model takes a moment for: it counts frames, as if they were evenly spaced.</summary>
    private double Reckoned(double seconds, IReadOnlyList<double>? times)
    {
        if (times is null) return seconds;
        var (low, high) = (0, times.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (times[middle] <= seconds) low = middle + 1;
            else high = middle;
        }
        return Math.Max(0, low - 1) / frameRate;
    }

    private IEnumerable<string> WriteStills(string folder, int most, Action<int, int, string> progress, CancellationToken stop)
    {
        var times = Moments().Where(moment => moment.Seconds is not null).Select(moment => (Seconds: moment.Seconds!.Value, Timestamp: moment.Timestamp!)).DistinctBy(time => time.Seconds).OrderBy(time => time.Seconds).ToList();
        if (times.Count == 0) times.Add((video.Info.FrameCount / frameRate / 2, (video.Info.FrameCount / frameRate / 2).ToString("0.###", CultureInfo.InvariantCulture)));
        var chosen = Enumerable.Range(0, Math.Min(most, times.Count)).Select(n => times[(int)((long)n * times.Count / Math.Min(most, times.Count))]).ToList();
        if (chosen.Count == 0) yield break;
        Directory.CreateDirectory(folder);
        var done = 0;
        var (width, height) = (video.Info.Width, video.Info.Height);
        var zoom = (SmallestStill + Math.Min(width, height) - 1) / Math.Min(width, height);
        var sheet = Picture.Clear(width * zoom, height * zoom);
        foreach (var (seconds, timestamp) in chosen)
        {
            stop.ThrowIfCancellationRequested();
            var file = Path.Combine(folder, $"{timestamp.PadLeft(5 + Fraction(timestamp), '0')}.png");
            var frame = (int)Math.Clamp(Math.Round(seconds * frameRate, MidpointRounding.AwayFromZero), 0, video.Info.FrameCount - 1);
            var block = decoder.Decode(video.Path, [frame], height, width, stop);
            if (block.Count == 0) throw new DataException(video.Path, 0, $"frame {frame} cannot be decoded");
            var still = Picture.Of(block.Pixels, height, width);
            if (zoom > 1)
            {
                still = new Picture(width * zoom, height * zoom, default);
                still.Draw(block.Pixels, height, width, 0, 0, zoom);
            }
            PredictionSheet.Draw(sheet, ShownAt(seconds));
            still.Lay(sheet);
            using (var output = File.Create(file)) PngWriter.Write(output, still);
            progress(++done, chosen.Count, "stills");
            yield return file;
        }
        if (chosen.Count < times.Count) StillsNote = $"{folder}: {chosen.Count} of {times.Count} seconds as stills (--stills)";
    }

    /// <summary>What is shown at a time: of each head the moment nearest to it, and whole videos.</summary>
    private List<(string? Dataset, PredictedSubject Subject)> ShownAt(double seconds)
    {
        var shown = new List<(string?, PredictedSubject)>();
        foreach (var head in heads.OrderByDescending(head => head.Task == ClipTask.ActionDetection))
        {
            var nearest = head.Moments.Where(moment => moment.Seconds is null || Math.Abs(moment.Seconds.Value - seconds) <= Hold).MinBy(moment => Math.Abs((moment.Seconds ?? seconds) - seconds));
            if (nearest is null) continue;
            shown.AddRange(nearest.Subjects.Select(subject => (head.Task == ClipTask.ActionDetection ? null : head.Dataset, subject)));
        }
        return shown;
    }

    private IEnumerable<PredictedMoment> Moments() => heads.SelectMany(head => head.Moments);

    private static int Fraction(string timestamp) => timestamp.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point ? timestamp.Length - point : 0;

    private static void Pack(Picture sheet, byte[] pixels)
    {
        for (var i = 0; i < sheet.Opacity!.Length; i++)
            (pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2], pixels[i * 4 + 3]) = (sheet.Pixels[i * 3], sheet.Pixels[i * 3 + 1], sheet.Pixels[i * 3 + 2], sheet.Opacity[i]);
    }
}
