using System.Globalization;
using System.Text.Json;

namespace CoFinetune.Data.Video.Programs;

/// <summary>What ffprobe knows of a file's video stream: its shape, and when each frame is shown.</summary>
/// <remarks>
/// Times come from the packets, not from the header, so frame counts and indices hold for variable rates, for containers that announce no count (Matroska, WebM)
/// and for mp4 cut without re-encoding, whose edit list hides frames that the header counts.
/// </remarks>
internal sealed class VideoStream
{
    private static readonly string[] SeekableContainers = ["mp4", "matroska"];

    private readonly double _first;
    private readonly double[]? _times;                         // null when evenly spaced

    private VideoStream(VideoInfo info, bool seekable, double first, double[]? times) =>
        (Info, Seekable, _first, _times) = (info, seekable, first, times);

    /// <summary>Displayed size, rate and number of frames.</summary>
    public VideoInfo Info { get; }

    /// <summary>Frames that the header promises and the file does not hold, as when a download broke off.</summary>
    public int Missing { get; private init; }

    /// <summary>Whether ffmpeg finds a frame by its time. Avi has no presentation times, and in transport streams ffmpeg lands behind the
    /// instant it is asked for; there, frames have to be counted from the start of the file.</summary>
    public bool Seekable { get; }

    /// <summary>The entries that <see cref="Parse"/> reads, for ffprobe's <c>-show_entries</c>.</summary>
    public static string Entries =>
        "stream=width,height,avg_frame_rate,r_frame_rate,nb_frames:stream_side_data_list:stream_tags=rotate:format=format_name,start_time:packet=pts_time,flags";

    /// <summary>Seconds from the start of the file that lie halfway between frame <paramref name="frame"/> and the one before.</summary>
    public double Before(int frame) =>
        _times is null ? _first + (frame - 0.5) / Info.FrameRate : (_times[frame - 1] + _times[frame]) / 2;

    /// <summary>Time of each frame in seconds from the first one; null when evenly spaced, or not known.</summary>
    public IReadOnlyList<double>? Times => _times is null ? null : [.. _times.Select(time => time - _times[0])];

    /// <summary>Reads ffprobe's json; null when it holds no video frame.</summary>
    public static VideoStream? Parse(JsonElement json)
    {
        if (!json.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0) return null;
        var stream = streams[0];
        var format = json.GetProperty("format");
        var fileStart = Number(format, "start_time") ?? 0;
        var times = new List<double?>();
        var packets = json.GetProperty("packets");
        foreach (var packet in packets.EnumerateArray())
        {
            var discarded = packet.TryGetProperty("flags", out var flags) && flags.GetString() is [_, 'D', ..];
            if (!discarded) times.Add(Number(packet, "pts_time") - fileStart);
        }
        var rate = Rate(stream, "avg_frame_rate") ?? Rate(stream, "r_frame_rate");
        if (times.Count == 0 || rate is not { } perSecond) return null;
        var (width, height) = (stream.GetProperty("width").GetInt32(), stream.GetProperty("height").GetInt32());
        if (Math.Abs(Rotation(stream)) % 180 == 90) (width, height) = (height, width);
        var info = new VideoInfo(width, height, perSecond, times.Count);
        var missing = Math.Max(0, (int)(Number(stream, "nb_frames") ?? 0) - packets.GetArrayLength());

        var container = format.GetProperty("format_name").GetString()!;
        if (times.Contains(null) || !SeekableContainers.Any(c => container.Contains(c, StringComparison.Ordinal)))
            return new(info, false, 0, null) { Missing = missing };
        var shown = times.Select(time => time!.Value).Order().ToArray();
        var even = shown.Index().All(frame => Math.Abs(frame.Item - (shown[0] + frame.Index / perSecond)) < 0.25 / perSecond);
        return new(info, true, shown[0], even ? null : shown) { Missing = missing };
    }

    private static double Rotation(JsonElement stream)
    {
        if (stream.TryGetProperty("side_data_list", out var sides))
        {
            foreach (var side in sides.EnumerateArray())
                if (side.TryGetProperty("rotation", out var rotation)) return rotation.GetDouble();
        }
        return stream.TryGetProperty("tags", out var tags) ? Number(tags, "rotate") ?? 0 : 0;
    }

    private static double? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text)
        && double.TryParse(text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? Rate(JsonElement stream, string name)
    {
        if (!stream.TryGetProperty(name, out var text) || text.GetString()?.Split('/') is not [var over, var under]) return null;
        var rate = double.Parse(over, CultureInfo.InvariantCulture) / double.Parse(under, CultureInfo.InvariantCulture);
        return rate > 0 && double.IsFinite(rate) ? rate : null;
    }
}
